import type { TrainingRunRecord } from '@mammoline/catalogue';
import { lineChart } from '../charts/line-chart.ts';
import { barChart } from '../charts/bar-chart.ts';
import type { ReportData } from '../collect-report.ts';
import { predictionColour, truthColour } from '../../drawing/colours.ts';
import { escapeHtml } from './escape-html.ts';
import { evaluationSection } from './evaluation.ts';
import { exploration } from './exploration.ts';
import type { ComparedView, Pictures } from './pictures.ts';
import { style } from './style.ts';
import { table } from './table.ts';

/** The page: one file, no scripts, nothing loaded from elsewhere. */
export function reportHtml(data: ReportData, pictures: Pictures): string {
  const { json, model } = data;
  const key =
    `<p><span class="key" style="border-color:${truthColour};margin-left:0"></span>truth: the masks of the data set` +
    `<span class="key" style="border-color:${predictionColour}"></span>predicted</p>`;
  const sections = [
    section('Data', `<div class="charts">${exploration(data.views)}</div>`),
    pictures.samples.length === 0
      ? ''
      : section('Sample overlays', `${key}<div class="pictures">${pictures.samples.map(picture).join('')}</div>`),
    section('Repairs', repairs(data)),
    section('Training', training(data)),
    section('Scores on the test patients', `${evaluationSection(data.evaluation)}${scores(data)}`),
    pictures.best.length === 0 ? '' : section('Best views', `${key}<div class="pairs">${pictures.best.map(compared).join('')}</div>`),
    pictures.worst.length === 0 ? '' : section('Worst views', `${key}<div class="pairs">${pictures.worst.map(compared).join('')}</div>`),
    section('Stages', stages(data)),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mammoline report</title><style>${style}</style></head><body><main>
<h1>Mammoline report</h1>
<p class="lead">${escapeHtml(json.run.input)} · ${escapeHtml(json.run.finishedAt.slice(0, 16).replace('T', ' '))} UTC · model <code>${escapeHtml(model.id)}</code></p>
<p class="notice"><b>For research use.</b> This is not a medical device; nothing here is fit for diagnosis.</p>
${cards(data)}
${sections.join('\n')}
<footer>Split ${escapeHtml(json.split.hash.slice(0, 12))} · recipe ${escapeHtml(model.recipeHash.slice(0, 12))} · weights ${escapeHtml(model.weights.sha256.slice(0, 12))} · the same numbers for programs: report.json, evaluation.json, metrics.csv</footer>
</main></body></html>
`;
}

const section = (title: string, content: string): string => `<section><h2>${escapeHtml(title)}</h2>${content}</section>`;

const picture = ({ uri, caption }: { readonly uri: string; readonly caption: string }): string =>
  `<figure><img alt="${escapeHtml(caption)}" src="${uri}"><figcaption>${escapeHtml(caption)}</figcaption></figure>`;

const compared = ({ caption, whole, truth, prediction }: ComparedView): string =>
  `<figure class="pair"><div class="row"><div><img alt="whole view" src="${whole}"><small>whole view</small></div>` +
  `<div><img alt="truth" src="${truth}"><small>truth</small></div><div><img alt="prediction" src="${prediction}"><small>prediction</small></div></div>` +
  `<figcaption>${escapeHtml(caption)}</figcaption></figure>`;

function cards({ json }: ReportData): string {
  const { ingest, catalogue, evaluation, split } = json;
  const all: readonly (readonly [string | number, string])[] = [
    [catalogue.patients, 'patients'],
    [catalogue.views, `views, ${String(catalogue.multiAbnormalityViews)} with several abnormalities`],
    [catalogue.abnormalities, 'abnormalities'],
    [ingest.found, `files: ${String(ingest.stored)} stored, ${String(ingest.duplicates)} duplicates, ${String(ingest.rejected)} rejected`],
    [
      `${String(catalogue.full)} / ${String(catalogue.crop)} / ${String(catalogue.mask)}`,
      `mammograms / crops / masks${catalogue.unknown > 0 ? `, ${String(catalogue.unknown)} unknown` : ''}`,
    ],
    [
      `${String(split.patients.training)} / ${String(split.patients.validation)} / ${String(split.patients.test)}`,
      `patients to train / validate / test (${split.kind} split)`,
    ],
    [evaluation.meanDice.toFixed(3), `mean Dice on ${String(evaluation.views)} test views (median ${evaluation.medianDice.toFixed(3)})`],
    [evaluation.meanIou.toFixed(3), `mean IoU (median ${evaluation.medianIou.toFixed(3)})`],
  ];
  return `<div class="cards">${all.map(([value, name]) => `<div class="card"><b>${escapeHtml(String(value))}</b><span>${escapeHtml(name)}</span></div>`).join('')}</div>`;
}

function repairs({ json, deadLetters }: ReportData): string {
  const kinds = [...Map.groupBy(json.repairs, (repair) => repair.kind)].sort(([a], [b]) => (a < b ? -1 : 1));
  const dead =
    deadLetters.length === 0
      ? ''
      : `<h3>Events that could not be processed</h3>${table(
          [
            { title: 'stage', cell: (one) => one.stage },
            { title: 'why', cell: (one) => one.error },
          ],
          deadLetters.slice(0, 50),
        )}`;
  if (kinds.length === 0) return `<p>Nothing had to be mended in the source.</p>${dead}`;
  const counts = table(
    [
      { title: 'kind', cell: ([kind]) => kind },
      { title: 'times', cell: ([, rows]) => rows.length },
    ],
    kinds,
  );
  const limit = 400;
  const all = table(
    [
      { title: 'kind', cell: (row) => row.kind },
      { title: 'subject', cell: (row) => row.subject },
      { title: 'was', cell: (row) => row.was },
      { title: 'now', cell: (row) => row.now },
    ],
    json.repairs.slice(0, limit),
  );
  const more = json.repairs.length > limit ? `<p>All ${String(json.repairs.length)} are in report.json.</p>` : '';
  return `<p>What was found wrong in the source, and how it was mended; the source itself is as it was.</p>${counts}<details><summary>Each of them</summary>${all}${more}</details>${dead}`;
}

function training({ json, model, run }: ReportData): string {
  const x = run.epochs.map(({ epoch }) => epoch);
  const mark = { x: model.bestEpoch, label: 'kept' };
  const charts = [
    lineChart({
      title: 'Loss',
      unit: 'loss',
      max: largestAfterTheFirst(run.epochs),
      along: 'epoch',
      x,
      mark,
      series: [
        { name: 'training', values: run.epochs.map(({ loss }) => loss) },
        { name: 'validation', values: run.epochs.map(({ validationLoss }) => validationLoss) },
      ],
    }),
    lineChart({
      title: 'Overlap on the validation patients',
      unit: 'score',
      along: 'epoch',
      x,
      mark,
      max: 1,
      series: [
        { name: 'Dice', values: run.epochs.map(({ validationDice }) => validationDice) },
        { name: 'IoU', values: run.epochs.map(({ validationIou }) => validationIou) },
      ],
    }),
  ];
  const seconds = run.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const { views } = json.split;
  return (
    `<p>${escapeHtml(model.network)}, ${model.parameters.toLocaleString('en')} parameters, ${String(model.imageSize)}×${String(model.imageSize)} pixels, on ${escapeHtml(model.backend)}; ` +
    `${String(views.training)} views to train on, ${String(views.validation)} to validate; ${String(x.length)} epochs in ${seconds.toFixed(0)} s; epoch ${String(model.bestEpoch)} was kept; threshold ${model.threshold.toFixed(2)}, smallest area ${(100 * model.smallestAreaShare).toFixed(2)} % of the prepared square.</p>` +
    `<div class="charts">${charts.join('')}</div>`
  );
}

/** The first epoch's validation can be far off while batch statistics settle; it would flatten all that follows. */
function largestAfterTheFirst(epochs: TrainingRunRecord['epochs']): number {
  return Math.max(...epochs.map(({ loss }) => loss), ...epochs.slice(1).map(({ validationLoss }) => validationLoss));
}

function scores({ json, evaluation: { unscored } }: ReportData): string {
  const { perView, views } = json.evaluation;
  if (views === 0) return '<p>No test view has both a merged mask and a prediction, so nothing could be scored.</p>';
  const bins = Array.from({ length: 10 }, (_, bin) => perView.filter(({ dice }) => Math.min(9, Math.floor(dice * 10)) === bin).length);
  const chart = barChart({
    title: 'Dice of the test views, in tenths',
    unit: 'views',
    categories: bins.map((_, bin) => `.${String(bin)}`),
    series: [{ name: 'views', values: bins }],
  });
  const sorted = [...perView].sort((a, b) => b.dice - a.dice);
  const rows = table(
    [
      { title: 'view', cell: (row) => row.case },
      { title: 'Dice', cell: (row) => row.dice.toFixed(3) },
      { title: '', cell: () => '', share: (row) => row.dice },
      { title: 'IoU', cell: (row) => row.iou.toFixed(3) },
      { title: 'truth, px', cell: (row) => row.truthAreaPx },
      { title: 'predicted, px', cell: (row) => row.predictedAreaPx },
    ],
    sorted.slice(0, 800),
  );
  const missing =
    unscored.length === 0 ? '' : `<p>Not scored, for want of a prepared image or a mask: ${escapeHtml(unscored.join(', '))}.</p>`;
  return `<p>Thresholded masks against the merged truth, at the resolution of the source.</p><div class="charts">${chart}</div><h3>Each view</h3>${rows}${missing}`;
}

function stages({ json }: ReportData): string {
  const rows = Object.entries(json.stages);
  const slowest = Math.max(1, ...rows.map(([, stage]) => stage.wallMsP99));
  return table(
    [
      { title: 'stage', cell: ([name]) => name },
      { title: 'events', cell: ([, stage]) => stage.count },
      { title: 'failures', cell: ([, stage]) => stage.failures },
      { title: 'median, ms', cell: ([, stage]) => stage.wallMsMedian.toFixed(1) },
      { title: '99th percentile, ms', cell: ([, stage]) => stage.wallMsP99.toFixed(1) },
      { title: '', cell: () => '', share: ([, stage]) => stage.wallMsP99 / slowest },
    ],
    rows,
  );
}
