import { sha256Of, stableJson } from '@mammoline/kernel';

/** A stream of pseudo-random numbers. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Whole number in [0, below). */
  integer(below: number): number;
}

/**
 * A stream that depends on its parts alone (sfc32, seeded by SHA-256), the same on every machine. A stream for each use and epoch, named by its parts,
 * makes a resumed run draw what an undisturbed one draws, with no state to keep.
 */
export function createRandom(...parts: readonly (string | number)[]): Random {
  const seed = sha256Of(stableJson(parts));
  let a = wordAt(seed, 0);
  let b = wordAt(seed, 1);
  let c = wordAt(seed, 2);
  let counter = 1;
  const uniform = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round += 1) uniform();
  return {
    uniform,
    // Box-Muller; 1 - u keeps the logarithm finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer: (below) => Math.floor(uniform() * below),
  };
}

const wordAt = (hex: string, index: number): number => Number.parseInt(hex.slice(8 * index, 8 * index + 8), 16) | 0;
