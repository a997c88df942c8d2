import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** CPU of a process and of its children, living and waited for, so far; 0 where there is no /proc. */
export function cpuSeconds(pid: number): number {
  const own = readStat(pid);
  if (own === undefined) return 0;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? [])
    .filter((stat) => stat.parent === pid);
  const ticks = own.ticks + own.childTicks + children.reduce((sum, child) => sum + child.ticks, 0);
  return ticks / ticksPerSecond;
}

function readStat(pid: number): { readonly parent: number; readonly ticks: number; readonly childTicks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name may have spaces; what follows its parenthesis has none. Fields as in proc(5), counted from the state.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (number: number): number => Number(fields[number - 3]);
    return { parent: field(4), ticks: field(14) + field(15), childTicks: field(16) + field(17) };
  } catch {
    return undefined;
  }
}
