import type { BlobStore } from '@mammoline/blobs';
import type { Catalogue, CatalogueTx } from '@mammoline/catalogue';
import type { OutgoingEvent } from '@mammoline/contracts';
import type { Clock } from '@mammoline/kernel';
import type { CompatServiceDefinition, ServiceImplementation } from 'nice-grpc';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import type { StageBinding } from './stage.ts';

/** What the runtime opens for a service and closes after it. */
export interface Runtime {
  readonly name: string;
  readonly catalogue: Catalogue;
  readonly blobs: BlobStore;
  readonly log: Logger;
  readonly clock: Clock;
  /** For what a service measures of its own, beside what the runtime does; labels are bounded, never ids. */
  readonly metrics: Registry;
  /** Aborted when the service is asked to stop. */
  readonly stopping: AbortSignal;
  /** Runs a long piece of work in a span of its own, which what it commits follows from. Attributes are ids and numbers, never what could name a patient. */
  inSpan<T>(name: string, attributes: Readonly<Record<string, string | number>>, work: () => Promise<T>): Promise<T>;
  /**
   * Commits writes and events in one transaction, for gRPC handlers and workers (stages return an Outcome instead).
   * @param cause names the piece of work; the events' ids derive from it, so a repeat sends the same ids
   */
  commit<Written>(
    cause: string,
    effect: {
      readonly write: (tx: CatalogueTx) => Promise<Written>;
      readonly emit?: (written: Written) => readonly OutgoingEvent[];
    },
  ): Promise<Written>;
}

/** A gRPC service and its implementation; made by {@link grpcService}. Handlers throw Failures; the runtime maps them to status codes. */
export interface GrpcBinding {
  readonly definition: CompatServiceDefinition;
  readonly implementation: ServiceImplementation<CompatServiceDefinition>;
}

export function grpcService<Definition extends CompatServiceDefinition>(
  definition: Definition,
  implementation: ServiceImplementation<Definition>,
): GrpcBinding {
  return { definition, implementation };
}

/** Long work beside the stages (a training loop, a folder watch); runs until the signal aborts. A throw stops the service. */
export interface ServiceWorker {
  readonly name: string;
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** One service: what differs from service to service. `runService` does the rest. */
export interface ServiceDefinition<Config> {
  readonly name: string;
  /** The service's own environment variables, beside the runtime's (see config.ts); input is process.env. */
  readonly config: z.ZodType<Config>;
  readonly open: (
    runtime: Runtime,
    config: Config,
  ) => Promise<{
    readonly stages?: readonly StageBinding[];
    readonly grpc?: readonly GrpcBinding[];
    readonly workers?: readonly ServiceWorker[];
    /**
     * The one piece of work of a process that ends by itself: when it is done the service stops, and exits with 0 where it says that it went well, else with 1.
     */
    readonly job?: (stopping: AbortSignal) => Promise<'succeeded' | 'failed'>;
    /** Called after everything else of the service has stopped. */
    readonly close?: () => Promise<void>;
  }>;
}
