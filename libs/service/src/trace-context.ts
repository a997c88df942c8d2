import { randomBytes } from 'node:crypto';

const pattern = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

/** A W3C traceparent for what follows from a cause: the same trace, a new span; a new, sampled trace where the cause has none. */
export function followTraceparent(cause: string | undefined): string {
  const [, trace = randomBytes(16).toString('hex'), flags = '01'] = pattern.exec(cause ?? '') ?? [];
  return `00-${trace}-${randomBytes(8).toString('hex')}-${flags}`;
}
