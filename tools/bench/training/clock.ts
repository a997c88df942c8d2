/** Starts now; gives the wall and CPU time of this process since then. */
export function clock(): () => { readonly wallMs: number; readonly cpuMs: number } {
  const [startedMs, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { wallMs: performance.now() - startedMs, cpuMs: (user + system) / 1000 };
  };
}
