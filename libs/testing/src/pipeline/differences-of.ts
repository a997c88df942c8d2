import { stableJson } from '@mammoline/kernel';
import type { Finding } from './finding.ts';
import type { ContentRow, PipelineContent } from './read-pipeline-content.ts';

/** One finding for each row that is missing, too many, or not as expected, with the columns that differ. Empty where the contents are equal. */
export function differencesOf(expected: PipelineContent, actual: PipelineContent): readonly Finding[] {
  return unionOf(expected, actual).flatMap((table) => {
    const [before, after] = [expected[table] ?? {}, actual[table] ?? {}];
    return unionOf(before, after).flatMap((key) => compareRows(`${table} ${key}`, before[key], after[key]));
  });
}

function compareRows(name: string, expected: ContentRow | undefined, actual: ContentRow | undefined): readonly Finding[] {
  if (actual === undefined) return [{ kind: 'lost', text: `${name}: expected a row, found none` }];
  if (expected === undefined) return [{ kind: 'doubled', text: `${name}: expected no such row, found ${show(actual)}` }];
  const wrong = unionOf(expected, actual).filter((column) => show(actual[column]) !== show(expected[column]));
  const texts = wrong.map((column) => `found ${column} ${show(actual[column])}, expected ${show(expected[column])}`);
  return wrong.length === 0 ? [] : [{ kind: 'changed', text: `${name}: ${texts.join('; ')}` }];
}

const unionOf = (a: object, b: object): readonly string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();

/** stableJson of undefined is undefined: a column that another schema has. */
const show = (value: unknown): string => (value === undefined ? 'nothing' : stableJson(value));
