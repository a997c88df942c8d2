import type { AbnormalityRecord, ViewRecord } from '@mammoline/catalogue';
import { abnormalityKinds, officialSplits, type AbnormalityKind } from '@mammoline/kernel';
import { barChart } from '../charts/bar-chart.ts';

const kindNames: Readonly<Record<AbnormalityKind, string>> = { MASS: 'mass', CALCIFICATION: 'calcification' };
const pathologyNames: Readonly<Record<string, string>> = { BENIGN_WITHOUT_CALLBACK: 'benign, no callback' };

/** What is in the catalogue, as charts. */
export function exploration(views: readonly ViewRecord[]): string {
  const abnormalities = views.flatMap((view) => view.abnormalities);
  const kinds = abnormalityKinds.filter((kind) => abnormalities.some((one) => one.kind === kind));
  const hasSubtlety = abnormalities.some((one) => one.subtlety !== undefined);
  return [
    barChart({
      title: 'Abnormalities by kind and official split',
      unit: 'abnormalities',
      categories: kinds.map((kind) => kindNames[kind]),
      series: officialSplits.map((split) => ({
        name: split.toLowerCase(),
        values: kinds.map((kind) => abnormalities.filter((one) => one.kind === kind && one.officialSplit === split).length),
      })),
    }),
    byKind('Pathology', kinds, abnormalities, (one) => pathologyName(one.pathology)),
    perViewChart(kinds, views),
    densityChart(views),
    byKind('BI-RADS assessment', kinds, abnormalities, (one) => one.assessment?.toString() ?? 'unknown'),
    hasSubtlety ? byKind('Subtlety (1: hard to see)', kinds, abnormalities, (one) => one.subtlety?.toString() ?? 'unknown') : '',
  ].join('\n');
}

function byKind(
  title: string,
  kinds: readonly AbnormalityKind[],
  rows: readonly AbnormalityRecord[],
  categoryOf: (row: AbnormalityRecord) => string,
): string {
  const categories = [...new Set(rows.map(categoryOf))].sort();
  return barChart({
    title,
    unit: 'abnormalities',
    categories,
    series: kinds.map((kind) => ({
      name: kindNames[kind],
      values: categories.map((category) => rows.filter((row) => row.kind === kind && categoryOf(row) === category).length),
    })),
  });
}

function perViewChart(kinds: readonly AbnormalityKind[], views: readonly ViewRecord[]): string {
  const counts = kinds.map((kind) => views.map((view) => view.abnormalities.filter((one) => one.kind === kind).length));
  const most = Math.max(1, ...counts.flat());
  const numbers = Array.from({ length: Math.min(6, most) }, (_, index) => index + 1);
  const isMore = (number: number): boolean => number === 6 && most > 6;
  return barChart({
    title: 'Abnormalities a view',
    unit: 'views',
    categories: numbers.map((number) => (isMore(number) ? '6 or more' : String(number))),
    series: kinds.map((kind, index) => ({
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
