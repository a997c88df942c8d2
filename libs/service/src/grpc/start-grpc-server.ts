import { readDescriptorSet } from '@mammoline/contracts';
import { toFailure } from '@mammoline/kernel';
import { createServer } from 'nice-grpc';
import { HealthDefinition, HealthServiceImpl, HealthState } from 'nice-grpc-server-health';
import { ServerReflection, ServerReflectionService } from 'nice-grpc-server-reflection';
import type { Logger } from 'pino';
import type { GrpcTls } from '../security/open-grpc-tls.ts';
import type { GrpcBinding } from '../service.ts';
import type { Telemetry } from '../telemetry.ts';
import { traceServerCalls } from '../tracing/trace-calls.ts';
import { mapErrors } from './map-errors.ts';

/**
 * Largest message either way: DICOM bytes into Predict, PNGs out. gRPC's own 4 MiB would do for all else; clients that receive images must raise
 * theirs (`grpc.max_receive_message_length`) to this too.
 */
export const grpcMessageLimitBytes = 64 * 1024 * 1024;

export interface GrpcServer {
  /** host:port that it listens on. */
  readonly address: string;
  readonly setServing: (serving: boolean) => void;
  /** Lets running calls finish within the grace time, then cancels them. */
  readonly stop: (graceMs: number) => Promise<void>;
}

/** Starts the services with health and reflection (v1) beside them. @throws Failure invalid where the address can't be had. */
export async function startGrpcServer(options: {
  readonly address: string;
  readonly bindings: readonly GrpcBinding[];
  readonly log: Logger;
  readonly telemetry: Telemetry;
  /** Without it the port speaks plain text. */
  readonly tls?: GrpcTls | undefined;
}): Promise<GrpcServer> {
  const { address, bindings, log, telemetry, tls } = options;
  const server = createServer({
    'grpc.max_receive_message_length': grpcMessageLimitBytes,
    'grpc.max_send_message_length': grpcMessageLimitBytes,
    // The library would share a listening port silently between two services.
    'grpc.so_reuseport': 0,
  })
    .use(traceServerCalls(telemetry.tracing))
    .use(mapErrors(log, telemetry));
  const names = bindings.flatMap(({ definition }) =>
    'fullName' in definition && typeof definition.fullName === 'string' ? [definition.fullName] : [],
  );
  const health = HealthState();
  for (const { definition, implementation } of bindings) server.add(definition, implementation);
  server.add(HealthDefinition, HealthServiceImpl(health));
  server.add(ServerReflectionService, ServerReflection(readDescriptorSet(), names));
  const setServing = (serving: boolean): void => {
    for (const name of ['', ...names]) health.setStatus(serving ? 'healthy' : 'unhealthy', name);
  };
  setServing(false);
  const port = await server.listen(address, tls?.credentials).catch((error: unknown) => {
    throw toFailure(error, 'invalid', `can't listen on ${address} (MAMMOLINE_GRPC_ADDRESS)`);
  });
  return {
    address: `${address.slice(0, address.lastIndexOf(':'))}:${String(port)}`,
    setServing,
    stop: async (graceMs) => {
      setServing(false);
      const timer = setTimeout(() => {
        server.forceShutdown();
      }, graceMs);
      await server.shutdown();
      clearTimeout(timer);
    },
  };
}
