import type { ViewRecord } from '@mammoline/catalogue';
import { kindWord, type AbnormalityKind } from '@mammoline/kernel';
import type { Trait } from '@mammoline/segmentation';

/** Strata of the share of the mammogram that the truth covers. */
const areaBorders = [
  { below: 0.001, name: '0 to 0.1 %' },
  { below: 0.003, name: '0.1 to 0.3 %' },
  { below: 0.01, name: '0.3 to 1 %' },
];

/** The tables' columns that say what an abnormality looks like. */
const attributeNames: readonly (readonly [string, string])[] = [
  ['shape', 'mass shape'],
  ['margin', 'mass margins'],
  ['calcification type', 'calc type'],
  ['calcification distribution', 'calc distribution'],
];

/** What a view is counted by in the strata of an evaluation: once for each value that any of its abnormalities of the kind has. */
export function traitsOfView(view: ViewRecord, kind: AbnormalityKind, truthShare: number): readonly Trait[] {
  const abnormalities = view.abnormalities.filter((one) => one.kind === kind);
  const each = (by: string, values: readonly (string | undefined)[]): readonly Trait[] =>
    [...new Set(values.map((value) => value ?? 'unknown'))].map((value) => ({ by, value }));
  return [
    { by: 'kind', value: kindWord(kind) },
    { by: 'lesion area', value: areaBorders.find(({ below }) => truthShare < below)?.name ?? 'above 1 %' },
    { by: 'density', value: view.breastDensity?.toString() ?? 'unknown' },
    { by: 'laterality', value: view.ref.laterality },
    { by: 'view', value: view.ref.position },
    ...each(
      'pathology',
      abnormalities.map(({ pathology }) => pathology),
    ),
    ...each(
      'subtlety',
      abnormalities.map(({ subtlety }) => subtlety?.toString()),
    ),
    ...attributeNames.flatMap(([by, column]) => {
      const values = abnormalities.map(({ attributes }) => attributes[column]);
      return values.every((value) => value === undefined) ? [] : each(by, values);
    }),
  ];
}
