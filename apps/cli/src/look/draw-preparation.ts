import type { DicomHeader, GreyPixels } from '@mammoline/dicom';
import {
  forwardContour,
  forwardMask,
  maskToGrey,
  maskToPolygons,
  packMask,
  type Geometry,
  type Mask,
  type PreparationRecipe,
} from '@mammoline/imaging';
import { Failure } from '@mammoline/kernel';
import type { Sharp } from 'sharp';
import { maskColours, truthColour } from '../drawing/colours.ts';
import type { LegendEntry } from '../drawing/draw-legend.ts';
import { pixelWidthOf, scaleBar } from '../drawing/scale-bar.ts';
import { describeStep } from './describe-step.ts';
import { drawPanels, type Panel } from './draw-panels.ts';
import { preparationPictures, shrinkToFit, type BoxPx, type StepPicture } from './preparation-pictures.ts';

/** A mammogram, and what is known of its masks. */
export interface Subject {
  readonly name: string;
  readonly header: DicomHeader;
  readonly pixels: GreyPixels;
  /** Each at its own size. */
  readonly masks: readonly { readonly name: string; readonly mask: Mask }[];
  /** At the mammogram's size. */
  readonly mergedMask: Mask | undefined;
}

export interface DrawnPreparation {
  readonly picture: Sharp;
  readonly panels: number;
  /** Why the mammogram can't be prepared: the steps up to there are drawn. */
  readonly refusal: Failure | undefined;
}

export const panelPx: BoxPx = { width: 300, height: 400 };
/** Of a mask's pixels; less than one of the panel's. */
const tolerancePx = 0.5;

/** Draws the steps of a mammogram's preparation side by side, with outlines of its masks where there are some. */
export function drawPreparation(subject: Subject, recipe: PreparationRecipe): DrawnPreparation {
  const { name, header, pixels, masks, mergedMask } = subject;
  const { pictures, outcome } = preparationPictures(pixels, recipe, panelPx);
  const [geometry, refusal] = outcome instanceof Failure ? [undefined, outcome] : [outcome, undefined];
  const pixelWidth = pixelWidthOf(header);
  const legend: LegendEntry[] = masks.map((mask, at) => ({ name: mask.name, colour: maskColour(at) }));
  if (mergedMask !== undefined) legend.push({ name: 'merged mask', colour: truthColour });
  const merged = mergedMask && maskToPolygons(packMask(mergedMask), tolerancePx);
  const panels = pictures.map((made): Panel => {
    const contours = made.step === 'source' ? masks.map(({ mask }, at) => contoursOn(made, mask, maskColour(at))) : [];
    const there = geometry && geometryUpTo(made.step, geometry);
    if (merged !== undefined && there !== undefined) {
      const scale = made.picture.columns / made.columns;
      const place = (ring: readonly number[]) => scaled(forwardContour(ring, there), scale);
      contours.push({ polygons: merged, colour: truthColour, place });
    }
    const measured = made.step === 'source' ? pixelWidth : undefined;
    const bar = measured && scaleBar(measured, made.columns / made.picture.columns, panelPx.width / 3);
    return { ...describeStep(made, recipe, pixels, geometry), image: made.picture, contours, scaleBar: bar };
  });
  if (mergedMask !== undefined && geometry !== undefined) panels.push(networkMask(mergedMask, geometry));
  const detail = [
    `${String(header.rows)} x ${String(header.columns)} pixels (rows x columns)`,
    `${String(header.bitsStored)} bit ${header.photometric ?? ''}`,
    pixelWidth === undefined
      ? 'no pixel spacing'
      : `${String(pixelWidth.mm)} mm a pixel${pixelWidth.isAtDetector ? ' at the detector' : ''}`,
  ].join(', ');
  const warning = refusal && `refused: ${refusal.message}`;
  return { picture: drawPanels({ title: name, detail, warning, legend, panels }, panelPx.width), panels: panels.length, refusal };
}

/** What a step and those before it did to the shape, as a geometry whose last step leaves the size as it is; undefined for the source. */
function geometryUpTo(step: StepPicture['step'], geometry: Geometry): Geometry | undefined {
  if (step === 'source') return undefined;
  if (step === 'resize') return geometry;
  const isBeforeFlip = ['crop', 'binarise', 'open and dilate', 'largest contour', 'mask and 8 bit'].includes(step);
  return { ...geometry, isFlipped: geometry.isFlipped && !isBeforeFlip, networkSidePx: geometry.paddedSidePx };
}

/** A mask's outline over a picture of the whole mammogram, whatever the mask's size. */
function contoursOn(made: StepPicture, mask: Mask, colour: string): Panel['contours'][number] {
  const scale = made.picture.columns / mask.columns;
  return { polygons: maskToPolygons(packMask(mask), tolerancePx), colour, place: (ring) => scaled(ring, scale) };
}

function networkMask(mergedMask: Mask, geometry: Geometry): Panel {
  const mask = forwardMask(mergedMask, geometry);
  const size = `${String(mask.rows)} x ${String(mask.columns)}`;
  return { title: 'merged mask', detail: size, image: shrinkToFit(maskToGrey(mask), panelPx), contours: [], scaleBar: undefined };
}

const maskColour = (at: number): string => maskColours[at % maskColours.length] ?? maskColours[0];

/** Pixel centres are whole numbers at both scales. */
const scaled = (ring: readonly number[], scale: number): readonly number[] => ring.map((value) => (value + 0.5) * scale - 0.5);
