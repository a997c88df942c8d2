import { SpanKind, SpanStatusCode, type Span } from '@opentelemetry/api';
import {
  ClientError,
  Metadata,
  ServerError,
  Status,
  type CallContext,
  type CallOptions,
  type ClientMiddlewareCall,
  type ServerMiddlewareCall,
} from 'nice-grpc';
import { formatTraceparent } from './traceparent.ts';
import type { Tracing } from './tracing.ts';

/** What a caller's mistake answers with is no error of the server. */
const serverFaults: ReadonlySet<Status> = new Set([
  Status.UNKNOWN,
  Status.DEADLINE_EXCEEDED,
  Status.UNIMPLEMENTED,
  Status.INTERNAL,
  Status.UNAVAILABLE,
  Status.DATA_LOSS,
]);

/** Probes ask every few seconds, and would be all that there is to see. */
const isProbe = (path: string): boolean => path.startsWith('/grpc.health.') || path.startsWith('/grpc.reflection.');

/** Server middleware: a span a call, in the trace of its caller. The outermost: it sees what is answered. */
export function traceServerCalls(tracing: Tracing) {
  return function <Request, Response>(call: ServerMiddlewareCall<Request, Response>, context: CallContext) {
    if (!tracing.isOn || isProbe(call.method.path)) return call.next(call.request, context);
    const parent = context.metadata.get('traceparent') ?? null;
    const span = startCallSpan(tracing, call.method.path, SpanKind.SERVER, parent);
    const steps = async function* () {
      return yield* call.next(call.request, context);
    };
    return inSpan(tracing, span, steps(), (code) => serverFaults.has(code));
  };
}

/** Client middleware: a span a call, which the server's span follows from. To leave one's own call is no error. */
export function traceClientCalls(tracing: Tracing) {
  return function <Request, Response>(call: ClientMiddlewareCall<Request, Response>, options: CallOptions) {
    if (!tracing.isOn || isProbe(call.method.path)) return call.next(call.request, options);
    const span = startCallSpan(tracing, call.method.path, SpanKind.CLIENT, undefined);
    const metadata = Metadata(options.metadata).set('traceparent', formatTraceparent(span.spanContext()));
    const steps = async function* () {
      return yield* call.next(call.request, { ...options, metadata });
    };
    return inSpan(tracing, span, steps(), (code) => code !== Status.OK && code !== Status.CANCELLED);
  };
}

function startCallSpan(tracing: Tracing, path: string, kind: SpanKind, parent: string | null | undefined): Span {
  const [, service = '', method = ''] = path.split('/');
  return tracing.startSpan(path.slice(1), {
    kind,
    parent,
    attributes: { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method },
  });
}

/**
 * Runs each step of a call inside its span: a generator's code runs in its caller's context, not in that of its making.
 * The message of an error stays out: it is for the caller, and may quote what it was given.
 */
async function* inSpan<Step, End>(
  tracing: Tracing,
  span: Span,
  steps: AsyncGenerator<Step, End, undefined>,
  isError: (code: Status) => boolean,
): AsyncGenerator<Step, End, undefined> {
  // Where nobody asks for the rest of a stream, its client has left it.
  let code: Status = Status.CANCELLED;
  try {
    let next = (): Promise<IteratorResult<Step, End>> => steps.next();
    for (;;) {
      const step = await tracing.within(span, next);
      if (step.done === true) {
        code = Status.OK;
        return step.value;
      }
      next = () => steps.next();
      try {
        yield step.value;
      } catch (error) {
        next = () => steps.throw(error);
      }
    }
  } catch (error) {
    code = codeOf(error);
    throw error;
  } finally {
    await tracing.within(span, () => steps[Symbol.asyncDispose]());
    span.setAttribute('rpc.grpc.status_code', code);
    if (isError(code)) span.setStatus({ code: SpanStatusCode.ERROR, message: Status[code] });
    span.end();
  }
}

function codeOf(error: unknown): Status {
  if (error instanceof ServerError || error instanceof ClientError) return error.code;
  return error instanceof Error && error.name === 'AbortError' ? Status.CANCELLED : Status.UNKNOWN;
}
