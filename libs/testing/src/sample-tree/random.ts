import { createHash } from 'node:crypto';

/** A stream of random numbers that depends on its seed alone, on every machine. */
export interface Random {
  /** Uniform in [low, high). */
  uniform(low?: number, high?: number): number;
  /** Standard normal. */
  normal(): number;
  /** Whole, in [low, high). */
  integer(low: number, high: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the items, by their weights where given. */
  pick<T>(items: readonly [T, ...T[]], weights?: readonly number[]): T;
}

/**
 * sfc32, a small fast counting generator of 128 bits of state (C. Doty-Humphrey, PractRand), started from the SHA-256 of the seed's parts;
 * normals by Box and Muller. V8 computes log, sqrt, sin and cos in software, so the numbers are the same everywhere.
 */
export function createRandom(...seed: readonly (string | number)[]): Random {
  const start = createHash('sha256').update(JSON.stringify(seed)).digest();
  let [a, b, c, counter] = [start.readInt32LE(0), start.readInt32LE(4), start.readInt32LE(8), 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let round = 0; round < 12; round++) next();
  let spare: number | undefined;
  const random: Random = {
    uniform: (low = 0, high = 1) => low + (high - low) * next(),
    normal: () => {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      const angle = 2 * Math.PI * next();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    integer: (low, high) => low + Math.floor((high - low) * next()),
    chance: (probability) => next() < probability,
    pick: (items, weights) => {
      if (weights === undefined) return items[Math.floor(items.length * next())] ?? items[0];
      let left = next() * weights.reduce((sum, weight) => sum + weight, 0);
      return items.find((_, index) => (left -= weights[index] ?? 0) < 0) ?? items[0];
    },
  };
  return random;
}
