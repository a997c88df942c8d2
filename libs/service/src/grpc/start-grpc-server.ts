import { readDescriptorSet } from '@mammoline/contracts';
import { toFailure } from '@mammoline/kernel';
import { createServer } from 'nice-grpc';
import { HealthDefinition, HealthServiceImpl, HealthState } from 'nice-grpc-server-health';
import { ServerReflection, ServerReflectionService } from 'nice-grpc-server-reflection';
import type { Logger } from 'pino';
import { guardCalls, type Guards } from '../security/guard-calls.ts';
import { limitVariables, type LimitVariables } from '../security/limit-variables.ts';
import type { Authenticator } from '../security/open-authenticator.ts';
import type { GrpcTls } from '../security/open-grpc-tls.ts';
import { createRateLimiter, type RateLimiter } from '../security/rate-limiter.ts';
import type { GrpcBinding } from '../service.ts';
import type { Telemetry } from '../telemetry.ts';
import { traceServerCalls } from '../tracing/trace-calls.ts';
import { mapErrors } from './map-errors.ts';

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
  /** Without it anyone may call everything. */
  readonly authenticator?: Authenticator | undefined;
  readonly limits?: LimitVariables;
  /** Without it nothing is recorded. */
  readonly audit?: Guards['audit'];
}): Promise<GrpcServer> {
  const { address, bindings, log, telemetry, tls, authenticator, limits = limitVariables.parse({}), audit } = options;
  const server = createServer({
    'grpc.max_receive_message_length': limits.MAMMOLINE_GRPC_MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': limits.MAMMOLINE_GRPC_MAX_MESSAGE_BYTES,
    ...(limits.MAMMOLINE_GRPC_MAX_STREAMS !== undefined && { 'grpc.max_concurrent_streams': limits.MAMMOLINE_GRPC_MAX_STREAMS }),
    // The library would share a listening port silently between two services.
    'grpc.so_reuseport': 0,
  })
    .use(traceServerCalls(telemetry.tracing))
    .use(mapErrors(log, telemetry))
    .use(guardCalls({ authenticator, limiter: openRateLimiter(limits), audit }));
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

function openRateLimiter({ MAMMOLINE_GRPC_RATE: perSecond, MAMMOLINE_GRPC_BURST: burst }: LimitVariables): RateLimiter | undefined {
  if (perSecond === undefined) return undefined;
  return createRateLimiter({ perSecond, burst: burst ?? Math.max(1, Math.floor(perSecond)) }, () => performance.now());
}
