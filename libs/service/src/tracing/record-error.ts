import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { describeError, Failure } from '@mammoline/kernel';

/**
 * Marks a span as failed. The message of bad input may name a patient: it stays where the data is, and only its kind goes onto the span, as it does
 * into the log.
 */
export function recordError(span: Span | undefined, error: unknown): void {
  if (span === undefined) return;
  const kind = error instanceof Failure ? error.kind : 'bug';
  span.setAttribute('error.type', kind);
  span.setStatus({ code: SpanStatusCode.ERROR });
  if (kind !== 'invalid') span.recordException({ name: kind, message: describeError(error), ...stackOf(error) });
}

const stackOf = (error: unknown): { readonly stack?: string } =>
  error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
