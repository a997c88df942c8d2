import { formatEstimate, type Evaluation } from '@mammoline/segmentation';
import { lineChart } from '../charts/line-chart.ts';
import { evaluationRows, rateName } from '../evaluation-rows.ts';
import { table } from './table.ts';

/** The numbers with their intervals, FROC and reliability as charts, and the strata. */
export function evaluationSection(evaluation: Evaluation): string {
  const { data, bootstrap, strata } = evaluation;
  if (data.views === 0) return '';
  const numbers = table(
    [
      { title: 'score', cell: ([name]) => name },
      { title: 'value (95 % interval)', cell: ([, value]) => value },
    ],
    evaluationRows(evaluation),
  );
  const byStratum = table(
    [
      { title: 'by', cell: (row) => row.by },
      { title: '', cell: (row) => row.value },
      { title: 'patients', cell: (row) => row.patients },
      { title: 'views', cell: (row) => row.views },
      { title: 'mean Dice (95 % interval)', cell: (row) => formatEstimate(row.dice.mean) },
      { title: '', cell: () => '', share: (row) => row.dice.mean.value },
      { title: 'median Dice', cell: (row) => row.dice.median.value.toFixed(3) },
      { title: 'zeros', cell: (row) => row.dice.zeros.value.toFixed(2) },
      { title: 'lesions found', cell: (row) => `${String(row.lesionsFound)} of ${String(row.lesions)}` },
    ],
    strata,
  );
  return (
    `<p>${String(data.views)} mammograms of ${String(data.patients)} patients from whom the model learnt nothing; threshold and smallest area were chosen on the validation patients. ` +
    `Intervals: ${String(bootstrap.samples)} bootstrap draws of patients.</p>` +
    `<div class="charts">${frocChart(evaluation)}${reliabilityChart(evaluation)}</div><h3>Numbers</h3>${numbers}<h3>By stratum</h3>` +
    `<p>A view counts in each stratum that one of its abnormalities belongs to. No interval: one patient alone.</p>${byStratum}`
  );
}

function frocChart({ lesions }: Evaluation): string {
  const { froc } = lesions;
  return lineChart({
    title: `FROC: lesions found (IoU ≥ ${String(lesions.findingIou)})`,
    unit: 'sensitivity',
    along: 'false positives an image',
    x: froc.map(({ falsePositivesPerImage }) => Math.log2(falsePositivesPerImage)),
    xLabel: (x) => rateName(2 ** x),
    max: 1,
    series: [
      { name: 'found', values: froc.map(({ sensitivity }) => sensitivity.value) },
      { name: 'lower 95 %', values: froc.map(({ sensitivity }) => sensitivity.low ?? sensitivity.value) },
      { name: 'upper 95 %', values: froc.map(({ sensitivity }) => sensitivity.high ?? sensitivity.value) },
    ],
  });
}

function reliabilityChart({ pixels }: Evaluation): string {
  const bins = pixels.reliability.filter((bin) => bin.pixels > 0);
  return lineChart({
    title: 'Reliability of the probabilities, all pixels',
    unit: 'share that is true',
    along: 'probability',
    x: bins.map(({ meanProbability }) => meanProbability),
    xLabel: (x) => x.toFixed(2),
    max: 1,
    series: [
      { name: 'predicted', values: bins.map(({ trueShare }) => trueShare) },
      { name: 'calibrated', values: bins.map(({ meanProbability }) => meanProbability) },
    ],
  });
}
