import { lateralityCodec, viewPositionCodec } from '@mammoline/contracts';
import { sha256Of } from '@mammoline/kernel';

/** Longer ids are nobody's, and a caller must not fill the record with what he likes. */
const longest = 500;

/**
 * What a call was about, for the record: the named fields of its request, or else of its answer. Bytes are told by their hash, a view as `P_00001_LEFT_CC`,
 * a blob by its hash.
 */
export function describeSubject(fields: readonly string[], messages: readonly unknown[]): string {
  const values = fields.map((field) =>
    messages.map((message) => (isRecord(message) ? describe(message[field]) : '')).find((text) => text !== ''),
  );
  return values
    .filter((text) => text !== undefined)
    .join(' ')
    .slice(0, longest);
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return `sha256:${sha256Of(value)}`;
  if (Array.isArray(value)) return value.map(describe).join(',');
  if (!isRecord(value)) return '';
  const { $case, sha256, patientCode, laterality, position } = value;
  if ($case !== undefined) return describe(value['value']);
  if (typeof sha256 === 'string') return `sha256:${sha256}`;
  if (typeof patientCode === 'string')
    return [patientCode, wordOf(lateralityCodec, laterality), wordOf(viewPositionCodec, position)].join('_');
  return '';
}

/** The handler refuses a number that means nothing; the record shows it. */
function wordOf(codec: { fromProto(value: number, field: string): string | undefined }, value: unknown): string {
  if (typeof value !== 'number') return '?';
  try {
    return codec.fromProto(value, '') ?? '?';
  } catch {
    return String(value);
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
