import type { BitMask } from './bit-mask.ts';
import { followBorder } from './follow-border.ts';
import type { Component } from './label-components.ts';
import type { Mask } from './raster.ts';

/**
 * The outer outline of a component through the centres of its outermost pixels: x, y, x, y, ... clockwise on the screen from its topmost, then
 * leftmost pixel, each corner once (points within straight parts are left out; they would change neither polygon nor area). One pixel gives one point.
 * @param mask the mask of which the component is one of the 8-connected ones
 */
export function traceOutline(mask: Mask | BitMask, component: Component): readonly number[] {
  const [startY = 0, startX = 0] = component.runs;
  // Nothing is marked above the start or to its left.
  return followBorder(mask, startX, startY, 4);
}
