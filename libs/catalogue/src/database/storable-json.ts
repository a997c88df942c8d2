import { storableText } from './storable-text.ts';

/** JSON whose texts Postgres can keep, whoever wrote them: see storableText. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => (typeof part === 'string' ? storableText(part) : part));
}
