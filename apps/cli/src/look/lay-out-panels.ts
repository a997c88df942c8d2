/** Where panels are in a picture, in its pixels. */
export interface PanelLayout {
  readonly width: number;
  readonly height: number;
  /** The upper left corner of each panel's image; its text is above. */
  readonly panels: readonly { readonly left: number; readonly top: number }[];
}

export const marginPx = 20;
export const headerPx = 66;
/** Two lines over each panel. */
const textPx = 50;
/** Between the rows; a scale bar fits. */
const gapBelowPx = 28;

/** Panels in two rows (one, where there are few), in reading order, below a header. A row is as high as its highest image. */
export function layOutPanels(images: readonly { readonly rows: number }[], widthPx: number): PanelLayout {
  const columns = images.length > 4 ? Math.ceil(images.length / 2) : images.length;
  const panels: PanelLayout['panels'][number][] = [];
  let y = headerPx;
  for (let first = 0; first < images.length; first += columns) {
    const row = images.slice(first, first + columns);
    panels.push(...row.map((_, at) => ({ left: marginPx + at * (widthPx + marginPx), top: y + textPx })));
    y += textPx + Math.max(...row.map(({ rows }) => rows)) + gapBelowPx;
  }
  return { width: marginPx + columns * (widthPx + marginPx), height: y, panels };
}
