import type { EventEnvelope } from '@mammoline/contracts';
import type { Telemetry } from './telemetry.ts';

type Publish = (events: readonly EventEnvelope[]) => Promise<void>;

/** Counts what the relay publishes. */
export function countPublished(telemetry: Telemetry, publish: Publish): Publish {
  return async (events) => {
    try {
      await publish(events);
    } catch (error) {
      telemetry.relayFailures.inc();
      throw error;
    }
    for (const { topic } of events) telemetry.relayPublished.inc({ topic });
  };
}
