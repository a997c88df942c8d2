import type { Mask } from '@mammoline/imaging';
import type { Region } from './region.ts';

/**
 * The outline of a mask in a picture of one of its regions: a line two pixels wide, one on each side of the border.
 * Where the picture is smaller than the region, a pixel is marked if anything of it is: a lesion of few pixels keeps its outline.
 */
export function outline(mask: Mask, region: Region, width: number, height: number): Mask {
  const scaled = scaleMask(mask, region, width, height);
  const data = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 1) {
      const here = scaled[at];
      const differs =
        (x > 0 && scaled[at - 1] !== here) ||
        (x < width - 1 && scaled[at + 1] !== here) ||
        (y > 0 && scaled[at - width] !== here) ||
        (y < height - 1 && scaled[at + width] !== here);
      if (differs) data[at] = 1;
    }
  }
  return { rows: height, columns: width, data };
}

function scaleMask(mask: Mask, region: Region, width: number, height: number): Uint8Array {
  const scaled = new Uint8Array(width * height);
  const bounds = (index: number, size: number, from: number, extent: number): readonly [number, number] => {
    const start = from + Math.floor((index * extent) / size);
    return [start, Math.max(start + 1, from + Math.floor(((index + 1) * extent) / size))];
  };
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = bounds(y, height, region.top, region.height);
    for (let x = 0; x < width; x += 1) {
      const [left, right] = bounds(x, width, region.left, region.width);
      if (isAnySet(mask, left, top, right, bottom)) scaled[y * width + x] = 1;
    }
  }
  return scaled;
}

function isAnySet(mask: Mask, left: number, top: number, right: number, bottom: number): boolean {
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) if (mask.data[y * mask.columns + x] === 1) return true;
  }
  return false;
}
