import { openCatalogue } from '@mammoline/catalogue';
import { maskMerged } from '@mammoline/contracts';
import { newUuid, systemClock } from '@mammoline/kernel';
import { openPostgresTransport } from '@mammoline/messaging';
import { pino } from 'pino';
import { createStageHandler } from './create-stage-handler.ts';
import { done } from './stage.ts';
import { createTelemetry } from './telemetry.ts';

/** A process whose stage commits and is killed before it acknowledges. Arguments: Postgres, stage. */
const [url = '', stage = ''] = process.argv.slice(2);
const log = pino({ level: 'warn' });
const catalogue = await openCatalogue({ url });
const transport = await openPostgresTransport({ url, log });
const onFatal = (error: Error): void => {
  console.error(error);
  process.exit(1);
};
const binding = {
  name: stage,
  topic: maskMerged.topic,
  concurrency: 1,
  commitTogether: 1,
  timeLimitMs: 10_000,
  run: (_payload: Uint8Array, { eventId }: { readonly eventId: string }) =>
    Promise.resolve(done({ write: (tx) => tx.saveRepair({ kind: 'test', subject: `${eventId}/${newUuid()}`, was: 'a', now: 'b' }) })),
};
const handle = createStageHandler(binding, {
  catalogue,
  log,
  telemetry: createTelemetry(stage),
  clock: systemClock,
  random: Math.random,
  maxAttempts: 1,
  onFatal,
});
await transport.consume({
  group: stage,
  topics: [maskMerged.topic],
  concurrency: 1,
  handle: async (delivery) => {
    await handle(delivery);
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  },
  onFatal,
});
