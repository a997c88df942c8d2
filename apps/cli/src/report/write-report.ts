import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Laptop } from '../clients/open-laptop.ts';
import type { ProgressDisplay } from '../terminal/progress.ts';
import { collectReport, type ReportRequest } from './collect-report.ts';
import { drawPictures } from './draw-pictures.ts';
import { evaluationJson } from './evaluation-json.ts';
import { reportHtml } from './html/report-html.ts';
import { metricsCsv } from './metrics-csv.ts';
import type { ReportJson } from './report-json.ts';

/** Writes report.json, evaluation.json, metrics.csv, overlays/*.png and report.html into the output directory, and returns what report.json says. */
export async function writeReport(
  laptop: Laptop,
  request: ReportRequest,
  progress: ProgressDisplay,
  signal: AbortSignal,
): Promise<ReportJson> {
  const data = await collectReport(laptop, request, progress, signal);
  await mkdir(request.output, { recursive: true });
  await writeFile(join(request.output, 'report.json'), `${JSON.stringify(data.json, undefined, 2)}\n`);
  await writeFile(join(request.output, 'evaluation.json'), evaluationJson(data.evaluation));
  await writeFile(join(request.output, 'metrics.csv'), metricsCsv(data.json.evaluation.perView));
  const pictures = await drawPictures(laptop, data, request.output, signal);
  await writeFile(join(request.output, 'report.html'), reportHtml(data, pictures));
  return data.json;
}
