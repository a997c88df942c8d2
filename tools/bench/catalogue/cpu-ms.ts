import { readdirSync, readFileSync } from 'node:fs';

const tickMs = 10;

/** CPU time of a process and of its children, living and gone, so far, in steps of 10 ms; 0 where there is no /proc. */
export function cpuMs(pid: number): number {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const own = stats.find((stat) => stat.pid === pid);
  const children = stats.filter((stat) => stat.parent === pid).reduce((sum, stat) => sum + stat.ticks, 0);
  return ((own?.ticks ?? 0) + (own?.childTicks ?? 0) + children) * tickMs;
}

function readStat(
  pid: number,
): { readonly pid: number; readonly parent: number; readonly ticks: number; readonly childTicks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name may have spaces; what follows its parenthesis has none. Fields as in proc(5), counted from the state.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (number: number): number => Number(fields[number - 3]);
    return { pid, parent: field(4), ticks: field(14) + field(15), childTicks: field(16) + field(17) };
  } catch {
    return undefined;
  }
}
