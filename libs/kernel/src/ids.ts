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
  // As text from the start: a buffer of bytes to set two of would take three times as long.
  const hex = hash('sha256', parts.map((part) => `${String(part).length}:${String(part)};`).join(''));
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}` as Uuid;
}
