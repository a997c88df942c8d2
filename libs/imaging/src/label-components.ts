import type { BitMask } from './bit-mask.ts';
import { findRuns } from './find-runs.ts';
import type { Mask } from './raster.ts';

/** A connected set of marked pixels. */
export interface Component {
  /** y, first x, x after the last: three numbers a run, in raster order. */
  readonly runs: readonly number[];
  readonly areaPx: number;
}

/**
 * The connected components of the pixels of one value, in the raster order of their first pixels.
 * Works on runs of equal pixels, joined row by row (union-find), so the time depends on the outlines more than on the areas.
 * @param connectivity 8: pixels that touch at a corner are connected; 4: they are not
 */
export function labelComponents(mask: Mask | BitMask, connectivity: 4 | 8, value: 0 | 1 = 1): readonly Component[] {
  const runs = findRuns(mask, value);
  const count = runs.length / 3;
  const parents = new Int32Array(count);
  for (let run = 0; run < count; run += 1) parents[run] = run;
  joinNeighbours(runs, parents, connectivity === 8 ? 1 : 0);

  const components = new Map<number, { runs: number[]; areaPx: number }>();
  for (let run = 0; run < count; run += 1) {
    const root = rootOf(parents, run);
    const y = runs[3 * run] ?? 0;
    const start = runs[3 * run + 1] ?? 0;
    const end = runs[3 * run + 2] ?? 0;
    const component = components.get(root);
    if (component === undefined) components.set(root, { runs: [y, start, end], areaPx: end - start });
    else {
      component.runs.push(y, start, end);
      component.areaPx += end - start;
    }
  }
  return [...components.values()];
}

/** Whether a component has a pixel at the image's edge. */
export function touchesEdge({ runs }: Component, { rows, columns }: { readonly rows: number; readonly columns: number }): boolean {
  for (let at = 0; at < runs.length; at += 3) {
    const y = runs[at] ?? 0;
    if (y === 0 || y === rows - 1 || runs[at + 1] === 0 || runs[at + 2] === columns) return true;
  }
  return false;
}

/** Joins each run to those of the row above that it touches; both rows are walked once. */
function joinNeighbours(runs: readonly number[], parents: Int32Array, slack: 0 | 1): void {
  let above = 0;
  for (let run = 0; run < parents.length; run += 1) {
    const y = runs[3 * run] ?? 0;
    const start = runs[3 * run + 1] ?? 0;
    const end = runs[3 * run + 2] ?? 0;
    while (
      above < run &&
      ((runs[3 * above] ?? 0) < y - 1 || ((runs[3 * above] ?? 0) === y - 1 && (runs[3 * above + 2] ?? 0) + slack <= start))
    ) {
      above += 1;
    }
    for (let other = above; other < run && runs[3 * other] === y - 1 && (runs[3 * other + 1] ?? 0) < end + slack; other += 1) {
      const a = rootOf(parents, run);
      const b = rootOf(parents, other);
      // The smaller index is the root, so that a component is known by its first run.
      if (a < b) parents[b] = a;
      else parents[a] = b;
    }
  }
}

function rootOf(parents: Int32Array, run: number): number {
  let root = run;
  for (let parent = parents[root] ?? root; parent !== root; parent = parents[root] ?? root) {
    parents[root] = parents[parent] ?? parent;
    root = parent;
  }
  return root;
}
