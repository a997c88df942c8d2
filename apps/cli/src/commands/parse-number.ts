import { InvalidArgumentError } from 'commander';

/** For commander: a whole number of at least `min`, and a multiple of `step`. */
export function wholeNumber(min: number, step = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min || value % step !== 0) {
      const multiple = step === 1 ? '' : `, a multiple of ${String(step)}`;
      throw new InvalidArgumentError(`Expected a whole number of at least ${String(min)}${multiple}.`);
    }
    return value;
  };
}

/** For commander: the share of patients on one side of a split; as the trainer takes it. */
export function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0.01 && value <= 0.9)) throw new InvalidArgumentError('Expected 0.01 to 0.9.');
  return value;
}

/** For commander: a number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}
