import type { ValueRange } from '../../value-range.ts';

export function valueRange(values: Uint8Array | Uint16Array): ValueRange {
  let min = values[0] ?? 0;
  let max = min;
  for (const value of values) {
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  return { min, max };
}
