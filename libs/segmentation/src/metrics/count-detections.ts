import { labelComponents, type Component, type Mask } from '@mammoline/imaging';

/** Of one image: lesions that are there, how many of them were found, and predicted components that found none. */
export interface Detections {
  readonly lesions: number;
  readonly found: number;
  readonly falsePositives: number;
}

/** A predicted component finds a lesion where their intersection over union is at least this. */
export const findingIou = 0.1;

/** What {@link countDetections} needs of the truth, made once for many predictions of one image. */
export interface Lesions {
  readonly columns: number;
  readonly areasPx: readonly number[];
  /** Of each pixel: 0, or the lesion's number from 1. */
  readonly numbers: Uint16Array;
}

/** The lesions of a truth mask: its 8-connected components. */
export function lesionsOf(truth: Mask): Lesions {
  const components = labelComponents(truth, 8);
  const numbers = new Uint16Array(truth.data.length);
  for (const [index, { runs }] of components.entries()) {
    for (let at = 0; at < runs.length; at += 3) {
      const row = (runs[at] ?? 0) * truth.columns;
      numbers.fill(index + 1, row + (runs[at + 1] ?? 0), row + (runs[at + 2] ?? 0));
    }
  }
  return { columns: truth.columns, areasPx: components.map(({ areaPx }) => areaPx), numbers };
}

/**
 * Holds the 8-connected components of a predicted mask against the lesions. A component finds each lesion that it overlaps by an intersection over
 * union of at least {@link findingIou}; one that finds none is a false positive. A lesion counts once, however many components find it.
 * @param smallestAreaPx components with fewer pixels are left out
 */
export function countDetections(predicted: Mask, lesions: Lesions, smallestAreaPx = 0): Detections {
  const isFound = new Set<number>();
  let falsePositives = 0;
  for (const component of labelComponents(predicted, 8)) {
    if (component.areaPx < smallestAreaPx) continue;
    let findsOne = false;
    for (const [number, sharedPx] of sharedPixels(component, lesions)) {
      const unionPx = component.areaPx + (lesions.areasPx[number - 1] ?? 0) - sharedPx;
      if (sharedPx < findingIou * unionPx) continue;
      isFound.add(number);
      findsOne = true;
    }
    if (!findsOne) falsePositives += 1;
  }
  return { lesions: lesions.areasPx.length, found: isFound.size, falsePositives };
}

function sharedPixels({ runs }: Component, { columns, numbers }: Lesions): ReadonlyMap<number, number> {
  const shared = new Map<number, number>();
  for (let run = 0; run < runs.length; run += 3) {
    const row = (runs[run] ?? 0) * columns;
    const end = row + (runs[run + 2] ?? 0);
    for (let at = row + (runs[run + 1] ?? 0); at < end; at += 1) {
      const number = numbers[at] ?? 0;
      if (number > 0) shared.set(number, (shared.get(number) ?? 0) + 1);
    }
  }
  return shared;
}
