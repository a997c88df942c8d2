import type { ViewScoreJson } from './report-json.ts';

/** One line a scored view, for spreadsheets. Case names hold no commas. */
export function metricsCsv(perView: readonly ViewScoreJson[]): string {
  const lines = perView.map((view) => [view.case, view.dice, view.iou, view.truthAreaPx, view.predictedAreaPx].join(','));
  return ['case,dice,iou,truth_area_px,predicted_area_px', ...lines, ''].join('\n');
}
