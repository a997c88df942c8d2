import type { BlobRef } from '@mammoline/contracts';
import { stableJson, viewKey } from '@mammoline/kernel';
import type { PreparedPair, PreparedViewRecord } from '../records.ts';

/**
 * One pair a mammogram. A view that is in both the Mass and the Calc tables is prepared once for each; where both preparations lie on each other
 * their masks are united, since a network that is shown the same breast twice, each time with half of its findings, learns that the other half is none.
 */
export function pairViews(views: readonly PreparedViewRecord[]): readonly PreparedPair[] {
  const pairs = new Map<string, PreparedPair & { readonly masks: BlobRef[] }>();
  for (const { view, geometry, image, plain, mask } of views) {
    if (mask === undefined) continue;
    const place = `${viewKey(view)} ${stableJson(geometry)}`;
    const pair = pairs.get(place);
    if (pair === undefined) pairs.set(place, { image, plain, masks: [mask] });
    else pair.masks.push(mask);
  }
  return [...pairs.values()];
}
