import { catalogueV1, ingestV1, modelsV1, predictionV1, trainingV1 } from '@mammoline/contracts';
import { invalid, sleep, unavailable } from '@mammoline/kernel';
import { bearToken, noTracing, traceClientCalls, type ClientVariables, type Tracing } from '@mammoline/service';
import {
  ChannelCredentials,
  ClientError,
  createChannel,
  createClientFactory,
  Status,
  type Channel,
  type CompatServiceDefinition,
} from 'nice-grpc';
import type { Client } from 'nice-grpc';
import { readyReplicas, type ReadyFile } from '../laptop/ready-file.ts';
import type { ServiceName } from '../laptop/service-names.ts';
import type { WorkDirectory } from '../laptop/work-directory.ts';

/** A gRPC service, and which program serves it. */
interface Endpoint<Definition extends CompatServiceDefinition> {
  readonly service: ServiceName;
  readonly definition: Definition;
}

export const ingest: Endpoint<ingestV1.IngestServiceDefinition> = { service: 'ingestor', definition: ingestV1.IngestServiceDefinition };
export const catalogueService: Endpoint<catalogueV1.CatalogueServiceDefinition> = {
  service: 'restructurer',
  definition: catalogueV1.CatalogueServiceDefinition,
};
export const training: Endpoint<trainingV1.TrainingServiceDefinition> = {
  service: 'trainer',
  definition: trainingV1.TrainingServiceDefinition,
};
export const prediction: Endpoint<predictionV1.PredictionServiceDefinition> = {
  service: 'predictor',
  definition: predictionV1.PredictionServiceDefinition,
};

export const models: Endpoint<modelsV1.ModelServiceDefinition> = { service: 'predictor', definition: modelsV1.ModelServiceDefinition };

/** gRPC clients of the services of a work directory. */
export interface LaptopClients {
  /**
   * Calls a process of a service. Where it is down or dies meanwhile, goes on with another, or waits for its successor (a new address in its ready
   * file), and calls again: only for calls that may be repeated.
   * @throws Failure unavailable when no successor comes within two minutes; ClientError for what the service itself answers
   */
  call<Definition extends CompatServiceDefinition, Answer>(
    endpoint: Endpoint<Definition>,
    work: (client: Client<Definition>) => Promise<Answer>,
  ): Promise<Answer>;
  close(): void;
}

const patienceMs = 120_000;
/** A process that is frozen, or whose machine is gone, is noticed: the connection to it ends then. */
const keepaliveMs = 20_000;
const maxMessageBytes = 512 * 1024 * 1024;

/**
 * @param options.tls for services that speak TLS
 * @param options.access names the file of the token that every call bears
 */
export function openLaptopClients(
  work: WorkDirectory,
  signal: AbortSignal,
  options: { readonly tracing?: Tracing; readonly tls?: ChannelCredentials; readonly access?: ClientVariables } = {},
): LaptopClients {
  const { tracing = noTracing, tls = ChannelCredentials.createSsl(), access = {} } = options;
  const factory = createClientFactory().use(traceClientCalls(tracing)).use(bearToken(access));
  const channels = new Map<string, Channel>();
  /** How many processes of a service were lost: the next call goes to the next one, not to a frozen one again. */
  const lost = new Map<ServiceName, number>();
  const channelTo = ({ grpcAddress: address, tls: isTls }: ReadyFile): Channel => {
    const known = channels.get(address);
    if (known !== undefined) return known;
    const channel = createChannel(address, isTls ? tls : undefined, {
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.max_send_message_length': maxMessageBytes,
      'grpc.keepalive_time_ms': keepaliveMs,
      'grpc.keepalive_timeout_ms': keepaliveMs,
    });
    channels.set(address, channel);
    return channel;
  };
  return {
    call: async (endpoint, run) => {
      let lastError: unknown;
      let deadlineMs = Date.now() + patienceMs;
      while (Date.now() < deadlineMs) {
        const startedMs = Date.now();
        const replicas = readyReplicas(work, endpoint.service);
        const ready = replicas[(lost.get(endpoint.service) ?? 0) % replicas.length];
        try {
          if (ready !== undefined) return await run(factory.create(endpoint.definition, channelTo(ready)));
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof ClientError && isLostConnection(error))) throw error;
          if (ready?.tls === true && isTlsRefusal(error))
            throw invalid(
              `no TLS connection to the ${endpoint.service}: ${error.details}; --tls-ca names the authority of its certificate, --tls-cert and --tls-key the client's own certificate`,
              { cause: error },
            );
          lastError = error;
          lost.set(endpoint.service, (lost.get(endpoint.service) ?? 0) + 1);
          // A call that was under way for long (training) had its answer: patience begins anew.
          if (Date.now() - startedMs > 10_000) deadlineMs = Date.now() + patienceMs;
        }
        await sleep(250, signal);
      }
      throw unavailable(`the ${endpoint.service} did not answer for ${String(patienceMs / 1000)} s; see its log in ${work.logs}`, {
        cause: lastError,
      });
    },
    close: () => {
      for (const channel of channels.values()) channel.close();
    },
  };
}

/** What grpc-js says when the other side is not there any more: refused, or cut in the middle of a stream. */
function isLostConnection(error: ClientError): boolean {
  return (
    error.code === Status.UNAVAILABLE ||
    (error.code === Status.INTERNAL && error.details.includes('RST_STREAM')) ||
    error.code === Status.CANCELLED
  );
}

/** What OpenSSL and Node say where one side does not take the other's certificate: asking again does not help. */
function isTlsRefusal(error: ClientError): boolean {
  return /certificate|self-signed|altnames|SSL routines|TLS alert/i.test(error.details);
}
