import { SpanKind, type Span } from '@opentelemetry/api';
import type { EventEnvelope } from '@mammoline/contracts';
import type { Transport } from '@mammoline/messaging';
import { recordError } from './record-error.ts';
import type { Tracing } from './tracing.ts';

/**
 * Gives each event that the relay publishes a span `send <topic>` beside what follows from it, under the work that made it. The event's own traceparent
 * stays: repeats of it, by whatever relay, are the same message.
 */
export function tracePublishing(
  tracing: Tracing,
  system: string,
  transport: Pick<Transport, 'publish'>,
): (events: readonly EventEnvelope[]) => Promise<void> {
  if (!tracing.isOn) return (events) => transport.publish(events);
  return async (events) => {
    const spans = events
      .filter((event) => event.traceparent !== undefined)
      .map((event): Span => {
        const attributes = {
          'messaging.system': system,
          'messaging.operation.name': 'send',
          'messaging.operation.type': 'send',
          'messaging.destination.name': event.topic,
          'messaging.message.id': event.id,
          'messaging.batch.message_count': events.length,
          'mammoline.outbox.wait_ms': Date.now() - event.time.getTime(),
        };
        return tracing.startSpan(`send ${event.topic}`, { kind: SpanKind.PRODUCER, parent: event.traceparent, attributes });
      });
    try {
      await transport.publish(events);
    } catch (error) {
      for (const span of spans) recordError(span, error);
      throw error;
    } finally {
      for (const span of spans) span.end();
    }
  };
}
