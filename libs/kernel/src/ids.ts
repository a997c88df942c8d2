import { createHash, hash, randomUUID } from 'node:crypto';
import type { Brand } from './brand.ts';
import { invalid } from './failure.ts';

/** Lower-case hexadecimal SHA-256, 64 characters. */
export type Sha256 = Brand<string, 'Sha256'>;
export type Uuid = Brand<string, 'Uuid'>;

export function parseSha256(text: string): Sha256 {
  if (!/^[0-9a-f]{64}$/.test(text))
    throw invalid(`not a SHA-256: found ${JSON.stringify(text)}, expected 64 lower-case hexadecimal digits`);
  return text as Sha256;
}

export function parseUuid(text: string, field?: string): Uuid {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)) {
    throw invalid(`not an id: found ${JSON.stringify(text)}, expected a lower-case UUID`, field === undefined ? {} : { field });
  }
  return text as Uuid;
}

export const newUuid = (): Uuid => randomUUID() as Uuid;

export const sha256Of = (bytes: Uint8Array | string): Sha256 => createHash('sha256').update(bytes).digest('hex') as Sha256;

/**
 * A UUID that depends on its parts alone (RFC 9562 version 8, from SHA-256), so that repeating a piece of work repeats its ids.
 * Parts are length-prefixed: ('ab','c') and ('a','bc') differ.
 */
export function deriveUuid(...parts: readonly (string | number)[]): Uuid {
  const bytes = hash('sha256', parts.map((part) => `${String(part).length}:${String(part)};`).join(''), 'buffer');
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Uuid;
}
