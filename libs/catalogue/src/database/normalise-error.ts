import { describeError, Failure } from '@mammoline/kernel';
import { Prisma } from '../gen/client.ts';

/** Serialization failure and deadlock: Postgres took the transaction back, another try may pass. */
const conflictStates = /^(40001|40P01)$/;
/** Connection trouble (08), resources (53), a lock not got in time (55P03), cancelled or shut down (57), I/O (58), sessions timed out (25P03-4). */
const unavailableStates = /^(08...|53...|55P03|57...|58...|25P0[34]|28...|3D000)$/;
/** Prisma's own codes: connection (P1xxx), pool and transaction timeouts, too many connections. */
const unavailableCodes = /^(P1\d\d\d|P2024|P2028|P2037)$/;
const unavailableKinds = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TlsConnectionError',
  'DatabaseDoesNotExist',
  'DatabaseAccessDenied',
  'AuthenticationFailed',
]);
/** The Postgres driver's errors that carry no code. */
const unavailableMessages =
  /connection terminated|connection ended|timeout exceeded when trying to connect|query read timeout|not queryable|ECONN|EPIPE|ETIMEDOUT|cannot use a pool after/i;

/** Turns whatever Prisma or the driver throws into a Failure; a Failure passes unchanged. A broken constraint is a bug of ours. */
export function normaliseError(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const kind = kindOf(error);
  const text = describeError(error).trim();
  switch (kind) {
    case 'conflict':
      return new Failure('conflict', `two transactions met on the same rows, and Postgres took this one back: ${text}`, { cause: error });
    case 'unavailable':
      return new Failure('unavailable', `the catalogue's Postgres does not answer as it should: ${text}`, { cause: error });
    case 'bug':
      return new Failure('bug', `the catalogue's query failed: ${text}`, { cause: error });
  }
}

function kindOf(error: unknown): 'conflict' | 'unavailable' | 'bug' {
  if (error instanceof Prisma.PrismaClientInitializationError) return 'unavailable';
  for (const part of partsOf(error)) {
    const codes = [part['code'], part['originalCode']].filter((code) => typeof code === 'string');
    const kind = part['kind'];
    if (kind === 'TransactionWriteConflict' || codes.some((code) => code === 'P2034' || conflictStates.test(code))) return 'conflict';
    if (typeof kind === 'string' && unavailableKinds.has(kind)) return 'unavailable';
    if (codes.some((code) => unavailableStates.test(code) || unavailableCodes.test(code))) return 'unavailable';
    const message = part['message'];
    if (typeof message === 'string' && unavailableMessages.test(message)) return 'unavailable';
  }
  return 'bug';
}

/** The error, its causes, and the driver's error that Prisma hides in `meta`. */
function* partsOf(error: unknown): Generator<Readonly<Record<string, unknown>>> {
  const queue: unknown[] = [error];
  for (let seen = 0; queue.length > 0 && seen < 16; seen += 1) {
    const at = queue.shift();
    if (!isRecord(at)) continue;
    yield at;
    queue.push(at['cause'], at['meta'], at['driverAdapterError']);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
