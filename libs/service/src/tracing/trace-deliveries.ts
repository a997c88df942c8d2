import { SpanKind } from '@opentelemetry/api';
import type { Delivery, Disposition } from '@mammoline/messaging';
import { formatTraceparent } from './traceparent.ts';
import type { Tracing } from './tracing.ts';

/**
 * Runs each delivery in a span `process <topic>` that follows from what sent its event, and puts that span in the event's place as the cause of all that
 * comes of it: events, a dead letter, a replay. The key is not on the span: it names a view.
 */
export function traceDeliveries(
  tracing: Tracing,
  { system, group }: { readonly system: string; readonly group: string },
  handle: (delivery: Delivery) => Promise<Disposition>,
): (delivery: Delivery) => Promise<Disposition> {
  if (!tracing.isOn) return handle;
  return (delivery) => {
    const { event, attempt } = delivery;
    const attributes = {
      'messaging.system': system,
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': event.topic,
      'messaging.consumer.group.name': group,
      'messaging.message.id': event.id,
      'messaging.message.body.size': event.payload.byteLength,
      'mammoline.attempt': attempt,
    };
    const options = { kind: SpanKind.CONSUMER, parent: event.traceparent ?? null, attributes };
    return tracing.inSpan(`process ${event.topic}`, options, (span) =>
      handle({ ...delivery, event: { ...event, traceparent: formatTraceparent(span.spanContext()) } }),
    );
  };
}
