import { sha256Of } from '@mammoline/kernel';
import { preparationRecipe } from '../preparation-recipe.ts';
import { prepareMammogram, prepareNetworkInput } from '../prepare-mammogram.ts';
import { openKernels } from './open-kernels.ts';

// A program for open-kernels.int.spec.ts, which starts it with and without the processor's SIMD.
const [rows, columns] = [300, 205];
/** A bright half disc at the right on a dim, grained ground, and a label. */
const valueAt = (x: number, y: number): number => {
  const grain = Math.imul(x * 7919 + y * 104_729, 2_654_435_761) >>> 22;
  if (y > 20 && y < 35 && x > 10 && x < 40) return 60_000;
  return Math.hypot(x - columns, y - rows / 2) < 120 ? 20_000 + 100 * x + grain : grain;
};
const data = Uint16Array.from({ length: rows * columns }, (_, at) => valueAt(at % columns, Math.floor(at / columns)));
const kernels = openKernels();
const recipe = { ...preparationRecipe, networkSidePx: 64 };
const [full, small] = [prepareMammogram, prepareNetworkInput].map((prepare) =>
  sha256Of(prepare({ rows, columns, data }, recipe, { kernels }).image.data),
);
console.log(JSON.stringify({ kernels: kernels.name, full, small }));
