import type { Raster8 } from '@mammoline/imaging';
import type { Sharp } from 'sharp';
import { createCanvas, drawOver, placeGrey } from '../drawing/canvas.ts';
import { drawContours, type Contours } from '../drawing/draw-contours.ts';
import { drawLegend, type LegendEntry } from '../drawing/draw-legend.ts';
import { drawText, fitText } from '../drawing/draw-text.ts';
import { drawScaleBar, scaleBarWidthPx, type ScaleBar } from '../drawing/scale-bar.ts';
import { headerPx, layOutPanels, marginPx } from './lay-out-panels.ts';

export interface Panel {
  readonly title: string;
  readonly detail: string;
  readonly image: Raster8;
  /** In the image's pixels. */
  readonly contours: readonly Omit<Contours, 'strokePx'>[];
  /** Below the image. */
  readonly scaleBar: ScaleBar | undefined;
}

export interface PanelPage {
  readonly title: string;
  readonly detail: string;
  /** Something that has to be seen at once. */
  readonly warning: string | undefined;
  readonly legend: readonly LegendEntry[];
  readonly panels: readonly Panel[];
}

/** Between black and white, both of which are what a panel may end with. */
const paperGrey = 0x33;
const [ink, softInk, warningInk] = ['#ffffff', '#c8c8c8', '#e69f00'];
const [titlePx, letterPx, smallPx] = [15, 13, 10];
/** Where the letters of the header's second line stand. */
const secondLinePx = headerPx - 14;
const contourPx = 1.6;

/** Draws panels beside each other, each with its text above. @returns a sharp pipeline of an RGB image */
export function drawPanels({ title, detail, warning, legend, panels }: PanelPage, panelWidthPx: number): Sharp {
  const layout = layOutPanels(
    panels.map(({ image }) => image),
    panelWidthPx,
  );
  const canvas = createCanvas(layout.width, layout.height, paperGrey);
  const widthPx = layout.width - 2 * marginPx;
  const legendAtPx = layout.width / 2;
  const second = warning ?? detail;
  const elements = [
    drawText(fitText(title, titlePx, legend.length > 0 ? legendAtPx - 2 * marginPx : widthPx), {
      x: marginPx,
      y: 30,
      heightPx: titlePx,
      colour: ink,
    }),
    drawText(fitText(second, smallPx, widthPx), {
      x: marginPx,
      y: secondLinePx,
      heightPx: smallPx,
      colour: warning === undefined ? softInk : warningInk,
    }),
    drawLegend(legend, legendAtPx, 28, smallPx, softInk),
  ];
  for (const [at, panel] of panels.entries()) {
    const { left, top } = layout.panels[at] ?? { left: 0, top: 0 };
    const { rows, columns } = panel.image;
    placeGrey(canvas, panel.image, left, top);
    elements.push(
      drawText(`${String(at + 1)}  ${panel.title}`, { x: left, y: top - 29, heightPx: letterPx, colour: ink }),
      drawText(fitText(panel.detail, smallPx, panelWidthPx), { x: left, y: top - 10, heightPx: smallPx, colour: softInk }),
    );
    // A picture within the picture: what leaves the panel is cut off.
    const contours = panel.contours.map((each) => drawContours({ ...each, strokePx: contourPx })).join('');
    if (contours !== '') {
      elements.push(`<svg x="${String(left)}" y="${String(top)}" width="${String(columns)}" height="${String(rows)}">${contours}</svg>`);
    }
    if (panel.scaleBar !== undefined) {
      const right = left + Math.max(columns, scaleBarWidthPx(panel.scaleBar, smallPx));
      elements.push(drawScaleBar(panel.scaleBar, right, top + rows + 13, smallPx, softInk));
    }
  }
  return drawOver(canvas, elements);
}
