/** About four round numbers from 0 to at least `max`, for an axis. */
export function niceTicks(max: number): readonly number[] {
  if (!(max > 0)) return [0, 1];
  const magnitude = 10 ** Math.floor(Math.log10(max / 4));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * magnitude * 4 >= max) ?? 10) * magnitude;
  const ticks: number[] = [];
  for (let index = 0; ; index += 1) {
    const tick = Number((index * step).toPrecision(12));
    ticks.push(tick);
    if (tick >= max) return ticks;
  }
}
