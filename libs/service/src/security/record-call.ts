import { assertNever, Failure } from '@mammoline/kernel';
import { ServerError, Status, type CallContext, type ServerMiddlewareCall } from 'nice-grpc';
import { describeSubject } from './describe-subject.ts';
import type { MethodRule } from './method-rules.ts';

/** Puts one line on record, for good before it resolves. */
export type RecordLine = (entry: { readonly method: string; readonly subject: string; readonly outcome: string }) => Promise<void>;

/**
 * Runs a call and records it. What changes something, or answers with a stream, is recorded before it begins (STARTED), so that it is on record even where the
 * process dies in it; each is recorded at its end, a single answer before it leaves. A call that can't be recorded fails.
 */
export async function* recordCall<Request, Response>(
  call: ServerMiddlewareCall<Request, Response>,
  context: CallContext,
  rule: MethodRule,
  record: RecordLine,
): AsyncGenerator<Response, Response | undefined, undefined> {
  const messages: unknown[] = call.requestStream ? [] : [call.request];
  const write = (outcome: string): Promise<void> =>
    record({ method: call.method.path, subject: describeSubject(rule.about ?? [], messages), outcome });
  if (rule.audit === 'change' || call.responseStream) await write('STARTED');
  // Where nobody asks for the rest of a stream, its client has left it.
  let outcome: Status = Status.CANCELLED;
  try {
    const answer = (yield* call.next(call.request, context)) ?? undefined;
    messages.push(answer);
    outcome = Status.OK;
    return answer;
  } catch (error) {
    outcome = statusOf(error, context);
    throw error;
  } finally {
    await write(Status[outcome]);
  }
}

function statusOf(error: unknown, { signal }: CallContext): Status {
  if (error instanceof ServerError) return error.code;
  if (signal.aborted) return Status.CANCELLED;
  if (!(error instanceof Failure)) return Status.INTERNAL;
  switch (error.kind) {
    case 'invalid':
      return Status.INVALID_ARGUMENT;
    case 'unavailable':
      return Status.UNAVAILABLE;
    case 'conflict':
      return Status.ABORTED;
    case 'bug':
      return Status.INTERNAL;
    default:
      return assertNever(error.kind, 'failure kind');
  }
}
