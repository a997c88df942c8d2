import type { DicomHeader } from '@mammoline/dicom';
import { drawText, textWidthPx } from './draw-text.ts';

/** How wide a pixel of a mammogram is. */
export interface PixelWidth {
  readonly mm: number;
  /** Known at the detector alone: in the breast, which is nearer to the tube, it is less by the magnification. */
  readonly isAtDetector: boolean;
}

/** From Pixel Spacing, or else from Imager Pixel Spacing; undefined where the file has neither. */
export function pixelWidthOf(header: Pick<DicomHeader, 'pixelSpacingMm' | 'imagerPixelSpacingMm'>): PixelWidth | undefined {
  const [, mm] = header.pixelSpacingMm ?? header.imagerPixelSpacingMm ?? [];
  return mm === undefined || !(mm > 0) ? undefined : { mm, isAtDetector: header.pixelSpacingMm === undefined };
}

export interface ScaleBar {
  readonly lengthPx: number;
  readonly label: string;
}

/**
 * The longest bar of 1, 2 or 5 times a power of ten millimetres that fits.
 * @param sourcePxPerPx pixels of the mammogram that a pixel of the picture covers
 */
export function scaleBar({ mm, isAtDetector }: PixelWidth, sourcePxPerPx: number, longestPx: number): ScaleBar {
  const longestMm = longestPx * sourcePxPerPx * mm;
  const power = 10 ** Math.floor(Math.log10(longestMm));
  const lengthMm = power * ([5, 2].find((factor) => factor * power <= longestMm) ?? 1);
  const label = `${String(Number(lengthMm.toPrecision(1)))} mm${isAtDetector ? ' at the detector' : ''}`;
  return { lengthPx: lengthMm / (sourcePxPerPx * mm), label };
}

/** As SVG: a bar between two ticks, and at its left what it measures. @param right where it ends @param y of its line */
export function drawScaleBar({ lengthPx, label }: ScaleBar, right: number, y: number, heightPx: number, colour: string): string {
  const [from, to, tick] = [(right - lengthPx).toFixed(2), right.toFixed(2), heightPx / 2];
  return (
    `<path d="M${from} ${String(y - tick)}V${String(y + tick)}M${from} ${String(y)}H${to}M${to} ${String(y - tick)}V${String(y + tick)}" fill="none" stroke="${colour}" stroke-width="1.5"/>` +
    drawText(label, { x: right - lengthPx - heightPx, y: y + heightPx / 2, heightPx, colour, isRightAligned: true })
  );
}

/** What `drawScaleBar` takes up. */
export const scaleBarWidthPx = ({ lengthPx, label }: ScaleBar, heightPx: number): number =>
  lengthPx + heightPx + textWidthPx(label, heightPx);
