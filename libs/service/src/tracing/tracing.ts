import { AsyncLocalStorage } from 'node:async_hooks';
import {
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  ROOT_CONTEXT,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanKind,
  type Tracer,
} from '@opentelemetry/api';
import { formatTraceparent, parseTraceparent } from './traceparent.ts';

export interface NewSpan {
  readonly kind?: SpanKind;
  /** Ids, sizes and numbers; never what could name a patient. */
  readonly attributes?: Attributes;
  /** The traceparent that it follows from; else it belongs to what runs. Null: to nothing, a trace begins. */
  readonly parent?: string | null | undefined;
}

/**
 * Makes spans, and knows in which one the running code is. It is an object of the service that is passed on, not OpenTelemetry's global one: that would
 * make the queue library trace each look into an empty queue.
 */
export interface Tracing {
  /** False: nobody wants spans, and none of these costs anything. */
  readonly isOn: boolean;
  /** The caller ends it. */
  startSpan(name: string, options?: NewSpan): Span;
  /** Runs work inside a span that the caller ends. */
  within<T>(span: Span, work: () => T): T;
  /** Runs work in a new span that ends with it; a throw goes through and is the caller's to record. */
  inSpan<T>(name: string, options: NewSpan, work: (span: Span) => Promise<T>): Promise<T>;
  /** What the running code is in. */
  activeSpan(): Span | undefined;
  /** Sends what is left, for at most two seconds. */
  close(): Promise<void>;
}

export const noTracing: Tracing = {
  isOn: false,
  startSpan: () => trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
  within: (_span, work) => work(),
  inSpan: (_name, _options, work) => work(trace.wrapSpanContext(INVALID_SPAN_CONTEXT)),
  activeSpan: () => undefined,
  close: () => Promise.resolve(),
};

export function createTracing(tracer: Tracer, close: () => Promise<void>): Tracing {
  const running = new AsyncLocalStorage<Context>();
  const active = (): Context => running.getStore() ?? ROOT_CONTEXT;
  const contextOf = (parent: string | null | undefined): Context => {
    const remote = parent === undefined || parent === null ? undefined : parseTraceparent(parent);
    if (remote !== undefined) return trace.setSpanContext(ROOT_CONTEXT, remote);
    return parent === undefined ? active() : ROOT_CONTEXT;
  };
  const tracing: Tracing = {
    isOn: true,
    startSpan: (name, { parent, ...options } = {}) => tracer.startSpan(name, options, contextOf(parent)),
    within: (span, work) => running.run(trace.setSpan(active(), span), work),
    inSpan: async (name, options, work) => {
      const span = tracing.startSpan(name, options);
      try {
        return await tracing.within(span, () => work(span));
      } finally {
        span.end();
      }
    },
    activeSpan: () => trace.getSpan(active()),
    close,
  };
  return tracing;
}

/** The traceparent of what runs; undefined outside of a span, and where there are none. */
export function activeTraceparent(tracing: Tracing): string | undefined {
  const context = tracing.activeSpan()?.spanContext();
  return context !== undefined && isSpanContextValid(context) ? formatTraceparent(context) : undefined;
}
