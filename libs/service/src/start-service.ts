import { openBlobStore } from '@mammoline/blobs';
import { openCatalogue } from '@mammoline/catalogue';
import { describeError, Scope, systemClock, unavailable } from '@mammoline/kernel';
import { runOutboxRelay } from '@mammoline/messaging';
import type { Logger } from 'pino';
import { createStageHandler } from './create-stage-handler.ts';
import { startGrpcServer } from './grpc/start-grpc-server.ts';
import { isLoopback } from './host-and-port.ts';
import { runRetention } from './run-retention.ts';
import { openTransport } from './open-transport.ts';
import { countPublished } from './count-published.ts';
import { createReadiness } from './create-readiness.ts';
import { outboxRows } from './outbox-rows.ts';
import type { RuntimeConfig } from './runtime-config.ts';
import type { Runtime, ServiceDefinition, ServiceWorker } from './service.ts';
import { startHttpServer } from './start-http-server.ts';
import { openAuthenticator } from './security/open-authenticator.ts';
import { openGrpcTls } from './security/open-grpc-tls.ts';
import { createTelemetry } from './telemetry.ts';
import { openTracing } from './tracing/open-tracing.ts';
import { recordError } from './tracing/record-error.ts';
import { traceBlobs } from './tracing/trace-blobs.ts';
import { traceDeliveries } from './tracing/trace-deliveries.ts';
import { tracePublishing } from './tracing/trace-publishing.ts';
import { activeTraceparent } from './tracing/tracing.ts';
import { withinTime } from './within-time.ts';
import { writeReadyFile } from './write-ready-file.ts';

const pingTimeoutMs = 2000;
const healthIntervalMs = 5000;
/** Whatever does not answer while the service starts ends the start, so that the supervisor tries again and says so. */
const openWithinMs = 60_000;

export interface RunningService {
  readonly grpcAddress: string;
  readonly httpAddress: string | undefined;
  /** It ends by itself. */
  readonly hasJob: boolean;
  /** Takes no more work, lets what runs finish within the grace time, and closes in reverse order. */
  readonly stop: () => Promise<void>;
}

/**
 * Opens what the runtime provides, then the service, and lets it work.
 * @param onFatal called where the service can't go on; it does not stop by itself
 */
export async function startService<Config>(options: {
  readonly definition: ServiceDefinition<Config>;
  readonly config: { readonly runtime: RuntimeConfig; readonly service: Config };
  readonly log: Logger;
  readonly onFatal: (error: Error) => void;
  /** Called once the service's job, where it has one, has ended by itself. */
  readonly onJobDone?: (outcome: 'succeeded' | 'failed') => void;
}): Promise<RunningService> {
  const { definition, log, onFatal } = options;
  const { runtime: config, service: serviceConfig } = options.config;
  const { name } = definition;
  const graceMs = config.MAMMOLINE_GRACE_MS;
  const scope = new Scope();
  const stopping = new AbortController();
  try {
    const opening = <T>(what: string, open: () => Promise<T>): Promise<T> =>
      withinTime(openWithinMs, `opening ${what}`, stopping.signal, open);
    const tracing = scope.add('tracing', await openTracing(name, config, log), (it) => it.close());
    const telemetry = createTelemetry(name, tracing);
    const catalogue = scope.add(
      'catalogue',
      await opening('the catalogue', () => openCatalogue({ url: config.MAMMOLINE_POSTGRES_URL, log })),
      (it) => it.close(),
    );
    const blobs = traceBlobs(tracing, await opening('the blob store', () => openBlobStore(config.MAMMOLINE_BLOBS_URL)));
    const transport = scope.add('transport', await opening('the transport', () => openTransport(name, config, log)), (it) => it.close());
    const readiness = createReadiness(
      {
        postgres: () => catalogue.ping(pingTimeoutMs),
        [config.MAMMOLINE_TRANSPORT === 'kafka' ? 'kafka' : 'queue']: () => transport.ping(pingTimeoutMs),
        blobs: () => blobs.ping(),
      },
      (part, isReady) => {
        telemetry.ready.set({ part }, isReady ? 1 : 0);
      },
    );
    await readiness();
    const checkReady = async (): Promise<void> => {
      stopping.signal.throwIfAborted();
      await readiness();
    };

    const relayStop = new AbortController();
    const relay = runOutboxRelay({
      url: config.MAMMOLINE_POSTGRES_URL,
      transport: { publish: countPublished(telemetry, tracePublishing(tracing, config.MAMMOLINE_TRANSPORT, transport)) },
      log,
      signal: relayStop.signal,
      onSetAside: () => {
        telemetry.outboxSetAside.inc();
      },
    });
    const retention = runRetention({
      url: config.MAMMOLINE_POSTGRES_URL,
      retentionDays: config.MAMMOLINE_RETENTION_DAYS,
      log,
      signal: relayStop.signal,
      random: Math.random,
    });
    scope.add('outbox relay and retention', relayStop, async (it) => {
      it.abort();
      await Promise.all([relay, retention]);
    });

    const runtime: Runtime = {
      name,
      catalogue,
      blobs,
      log,
      clock: systemClock,
      metrics: telemetry.registry,
      stopping: stopping.signal,
      inSpan: (title, attributes, work) =>
        tracing.inSpan(title, { attributes }, async (span) => {
          try {
            return await work();
          } catch (error) {
            recordError(span, error);
            throw error;
          }
        }),
      commit: (cause, { write, emit }) =>
        catalogue.transaction(async (tx) => {
          const written = await write(tx);
          const rows = outboxRows(cause, name, activeTraceparent(tracing), emit?.(written) ?? []);
          if (rows.length > 0) await tx.appendOutbox(rows);
          return written;
        }),
    };
    const { stages = [], grpc: bindings = [], workers = [], job, close } = await definition.open(runtime, serviceConfig);
    if (close !== undefined) scope.add(name, close, (it) => it());
    telemetry.watchOutbox({ depth: () => catalogue.outboxDepth(), oldestAgeMs: () => catalogue.outboxAgeMs() });
    telemetry.watchQueueDepth(() => transport.depths());
    telemetry.watchDeadLetters(() => catalogue.openDeadLetters());

    const httpAddress = config.MAMMOLINE_HTTP_ADDRESS;
    const http = httpAddress === undefined ? undefined : await startHttpServer(httpAddress, telemetry.registry, checkReady);
    if (http !== undefined) scope.add('HTTP server', http, (it) => it.stop());
    const tls = scope.add('TLS', await openGrpcTls(config, log), (it) => it?.close());
    const authenticator = scope.add('authenticator', await openAuthenticator(config, log), (it) => it?.close());
    if (authenticator !== undefined && tls === undefined && !isLoopback(config.MAMMOLINE_GRPC_ADDRESS))
      log.warn('tokens come in plain text: authentication is on, TLS is not (MAMMOLINE_GRPC_TLS_CERT_FILE)');
    const isAudited = config.MAMMOLINE_AUDIT ?? authenticator !== undefined;
    const grpc = await startGrpcServer({
      address: config.MAMMOLINE_GRPC_ADDRESS,
      bindings,
      log,
      telemetry,
      tls,
      authenticator,
      limits: config,
      ...(isAudited && { audit: (entry) => catalogue.appendAudit({ service: name, ...entry }) }),
    });

    // From here on all that works stops at once and together, within one grace time.
    const active: (() => Promise<void>)[] = [() => grpc.stop(graceMs)];
    scope.add('work', active, async (stops) => {
      // A stream that ends with this reason is answered with UNAVAILABLE: its caller asks the successor.
      stopping.abort(unavailable(`${name} is stopping`));
      await Promise.all(stops.map((stop) => stop()));
    });
    for (const stage of stages) {
      telemetry.expectStage(stage.name);
      const handle = createStageHandler(stage, {
        catalogue,
        log,
        telemetry,
        clock: systemClock,
        random: Math.random,
        maxAttempts: config.MAMMOLINE_MAX_ATTEMPTS,
        onFatal,
      });
      const consumer = await transport.consume({
        group: stage.name,
        topics: [stage.topic],
        concurrency: stage.concurrency,
        handle: traceDeliveries(tracing, { system: config.MAMMOLINE_TRANSPORT, group: stage.name }, handle),
        onFatal,
      });
      active.push(() => consumer.stop(graceMs));
    }
    const allWorkers = job === undefined ? workers : [...workers, workerOf(job, options.onJobDone)];
    for (const worker of allWorkers) {
      const running = worker.run(stopping.signal).catch((error: unknown) => {
        if (!stopping.signal.aborted) onFatal(new Error(`worker ${worker.name} failed: ${describeError(error)}`, { cause: error }));
      });
      active.push(() => Promise.race([running, new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref())]));
    }

    const watch = (): void => {
      checkReady().then(
        () => {
          if (!stopping.signal.aborted) grpc.setServing(true);
        },
        (error: unknown) => {
          grpc.setServing(false);
          if (!stopping.signal.aborted) log.warn({ err: describeError(error) }, 'not ready');
        },
      );
    };
    scope.add('health watch', setInterval(watch, healthIntervalMs), clearInterval);
    grpc.setServing(true);
    if (config.MAMMOLINE_READY_FILE !== undefined) {
      const ready = { pid: process.pid, grpcAddress: grpc.address, httpAddress: http?.address, tls: tls !== undefined };
      scope.add('ready file', await writeReadyFile(config.MAMMOLINE_READY_FILE, ready), (remove) => remove());
    }
    log.info({ grpc: grpc.address, http: http?.address, stages: stages.map((stage) => stage.name) }, 'ready');
    return { grpcAddress: grpc.address, httpAddress: http?.address, hasJob: job !== undefined, stop: () => scope.close() };
  } catch (error) {
    await scope.close().catch((failure: unknown) => {
      log.warn({ err: describeError(failure) }, 'closing after a failed start');
    });
    throw error;
  }
}

/** A job is a worker that tells of its end, unless the service stops before. */
function workerOf(
  job: (stopping: AbortSignal) => Promise<'succeeded' | 'failed'>,
  onDone: ((outcome: 'succeeded' | 'failed') => void) | undefined,
): ServiceWorker {
  return {
    name: 'job',
    run: async (stopping) => {
      const outcome = await job(stopping);
      if (!stopping.aborted) onDone?.(outcome);
    },
  };
}
