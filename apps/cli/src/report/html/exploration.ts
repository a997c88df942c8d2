import type { AbnormalityRecord, ViewRecord } from '@mammoline/catalogue';
import { abnormalityKinds, officialSplits, type AbnormalityKind } from '@mammoline/kernel';
import { barChart } from '../charts/bar-chart.ts';

const kindNames: Readonly<Record<AbnormalityKind, string>> = { MASS: 'mass', CALCIFICATION: 'calcification' };
const pathologyNames: Readonly<Record<string, string>> = { BENIGN_WITHOUT_CALLBACK: 'benign, no callback' };

/** What is in the catalogue, as charts. */
export function exploration(views: readonly ViewRecord[]): string {
  const abnormalities = views.flatMap((view) => view.abnormalities);
  return [
    barChart({
      title: 'Abnormalities by kind and official split',
      unit: 'abnormalities',
      categories: abnormalityKinds.map((kind) => kindNames[kind]),
      series: officialSplits.map((split) => ({
        name: split.toLowerCase(),
        values: abnormalityKinds.map((kind) => abnormalities.filter((one) => one.kind === kind && one.officialSplit === split).length),
      })),
    }),
    byKind('Pathology', 'abnormalities', abnormalities, (one) => pathologyName(one.pathology)),
    perViewChart(views),
    densityChart(views),
    byKind('BI-RADS assessment', 'abnormalities', abnormalities, (one) =>
      one.assessment === undefined ? 'unknown' : String(one.assessment),
    ),
    byKind('Subtlety (1: hard to see)', 'abnormalities', abnormalities, (one) =>
      one.subtlety === undefined ? 'unknown' : String(one.subtlety),
    ),
  ].join('\n');
}

function byKind(title: string, unit: string, rows: readonly AbnormalityRecord[], categoryOf: (row: AbnormalityRecord) => string): string {
  const categories = [...new Set(rows.map(categoryOf))].sort();
  return barChart({
    title,
    unit,
    categories,
    series: abnormalityKinds.map((kind) => ({
      name: kindNames[kind],
      values: categories.map((category) => rows.filter((row) => row.kind === kind && categoryOf(row) === category).length),
    })),
  });
}

function perViewChart(views: readonly ViewRecord[]): string {
  const counts = abnormalityKinds.map((kind) => views.map((view) => view.abnormalities.filter((one) => one.kind === kind).length));
  const most = Math.max(1, ...counts.flat());
  const numbers = Array.from({ length: Math.min(6, most) }, (_, index) => index + 1);
  const isMore = (number: number): boolean => number === 6 && most > 6;
  return barChart({
    title: 'Abnormalities a view',
    unit: 'views',
    categories: numbers.map((number) => (isMore(number) ? '6 or more' : String(number))),
    series: abnormalityKinds.map((kind, index) => ({
      name: kindNames[kind],
      values: numbers.map(
        (number) => (counts[index] ?? []).filter((count) => (isMore(number) ? count >= number : count === number)).length,
      ),
    })),
  });
}

function densityChart(views: readonly ViewRecord[]): string {
  const names = ['1 (a)', '2 (b)', '3 (c)', '4 (d)'];
  const known = names.map((_, index) => views.filter((view) => view.breastDensity === index + 1).length);
  const unknown = views.filter((view) => view.breastDensity === undefined).length;
  return barChart({
    title: 'Breast density (BI-RADS)',
    unit: 'views',
    categories: unknown > 0 ? [...names, 'unknown'] : names,
    series: [{ name: 'views', values: unknown > 0 ? [...known, unknown] : known }],
  });
}

function pathologyName(pathology: string | undefined): string {
  return pathology === undefined ? 'unknown' : (pathologyNames[pathology] ?? pathology.toLowerCase().replaceAll('_', ' '));
}
