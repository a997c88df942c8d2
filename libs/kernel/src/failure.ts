import { inspect } from 'node:util';

/**
 * What the runtime may do about a failure.
 *
 * - `invalid`: the input is wrong and stays wrong: dead letter at once.
 * - `unavailable`: something outside did not answer: retry with backoff, dead letter after the last attempt.
 * - `conflict`: the state read is no longer the state there is: reload and run again, a few times.
 * - `bug`: ours: dead letter, and someone must look.
 */
export const failureKinds = ['invalid', 'unavailable', 'conflict', 'bug'] as const;
export type FailureKind = (typeof failureKinds)[number];

export interface FailureOptions {
  readonly cause?: unknown;
  /** The request field at fault, as the caller names it (`page_size`), for gRPC's INVALID_ARGUMENT. */
  readonly field?: string;
}

/**
 * The one error class of the project.
 * The message says what was found, what was expected and how to mend it.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly kind: FailureKind;
  readonly field: string | undefined;

  constructor(kind: FailureKind, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.field = options.field;
  }
}

export const invalid = (message: string, options?: FailureOptions): Failure => new Failure('invalid', message, options);
export const unavailable = (message: string, options?: FailureOptions): Failure => new Failure('unavailable', message, options);
export const conflict = (message: string, options?: FailureOptions): Failure => new Failure('conflict', message, options);
export const bug = (message: string, options?: FailureOptions): Failure => new Failure('bug', message, options);

/** An error may be its own cause. */
const deepestCause = 8;

/** The message and the messages of all causes, outermost first, each said once, for a log line or a dead letter. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  let at = error;
  for (let depth = 0; at !== undefined && at !== null && depth < deepestCause; depth += 1) {
    const said = at instanceof Error ? at.message : typeof at === 'string' ? at : inspect(at);
    // toFailure's messages have their cause in them.
    if (parts.at(-1)?.includes(said) !== true) parts.push(said);
    at = at instanceof Error ? at.cause : undefined;
  }
  return parts.join(': caused by: ');
}

/** Normalises a foreign throw, once, at the adapter that saw it; a Failure passes unchanged. */
export function toFailure(error: unknown, kind: FailureKind, message: string): Failure {
  return error instanceof Failure ? error : new Failure(kind, `${message}: ${describeError(error)}`, { cause: error });
}
