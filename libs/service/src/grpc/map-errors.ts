import { assertNever, describeError, Failure, newUuid } from '@mammoline/kernel';
import { ServerError, Status, type CallContext, type ServerMiddlewareCall } from 'nice-grpc';
import type { Logger } from 'pino';
import type { Telemetry } from '../telemetry.ts';
import { recordError } from '../tracing/record-error.ts';

/**
 * Middleware: Failures become status codes, durations are measured, and nothing of our insides reaches a client.
 * invalid: INVALID_ARGUMENT, the field in the trailer `field` · unavailable: UNAVAILABLE · conflict: ABORTED · else INTERNAL with an id that is in the log.
 */
export function mapErrors(log: Logger, telemetry: Telemetry) {
  return async function* <Request, Response>(call: ServerMiddlewareCall<Request, Response>, context: CallContext) {
    const startedMs = performance.now();
    let code: Status = Status.OK;
    try {
      return yield* call.next(call.request, context);
    } catch (error) {
      const mapped = toServerError(error, context, call.method.path, log);
      if (mapped.code === Status.INTERNAL || mapped.code === Status.UNAVAILABLE) recordError(telemetry.tracing.activeSpan(), error);
      code = mapped.code;
      throw mapped;
    } finally {
      const wallMs = performance.now() - startedMs;
      telemetry.grpcSeconds.observe({ method: call.method.path, code: Status[code] }, wallMs / 1000);
      log.debug({ method: call.method.path, code: Status[code], wallMs: Math.round(wallMs) }, 'gRPC call');
    }
  };
}

function toServerError(error: unknown, context: CallContext, method: string, log: Logger): ServerError {
  if (error instanceof ServerError) return error;
  if (context.signal.aborted) return new ServerError(Status.CANCELLED, 'the call was cancelled, or its deadline is over');
  if (error instanceof Failure) {
    switch (error.kind) {
      case 'invalid':
        if (error.field !== undefined) context.trailer.set('field', error.field);
        return new ServerError(Status.INVALID_ARGUMENT, withField(error));
      case 'unavailable':
        log.warn({ method, err: describeError(error) }, 'a gRPC call found something unavailable');
        return new ServerError(Status.UNAVAILABLE, 'something that the service needs does not answer; try again later');
      case 'conflict':
        return new ServerError(Status.ABORTED, error.message);
      case 'bug':
        break;
      default:
        return assertNever(error.kind, 'failure kind');
    }
  }
  const id = newUuid();
  log.error({ method, errorId: id, err: error }, 'a gRPC call failed by a defect of ours');
  return new ServerError(Status.INTERNAL, `internal error ${id}; the service's log says more under this id`);
}

const withField = ({ message, field }: Failure): string =>
  field === undefined || message.includes(field) ? message : `${field}: ${message}`;
