import { availableParallelism } from 'node:os';
import type { Transferable } from 'node:worker_threads';
import { defaultDicomLimits } from '@mammoline/dicom';
import { Failure, describeError, unavailable } from '@mammoline/kernel';
import { Piscina } from 'piscina';
import type { PixelReply, PixelTask, PixelWork } from './pixel-work.ts';

/** Threads for the work on pixels, so that heartbeats and calls are answered meanwhile. */
export interface PixelWorkers {
  /**
   * Runs one piece of work in a free thread, or in the first that gets free. The input's bytes are handed over, not copied: they are gone afterwards.
   * @throws Failure of the work; unavailable where the thread died (out of memory); the signal's reason when it aborts, and then the thread is ended
   */
  run<Task extends PixelTask>(task: Task, input: PixelWork[Task]['input'], signal: AbortSignal): Promise<PixelWork[Task]['output']>;
  /** Ends the threads; work that runs is rejected. */
  close(): Promise<void>;
}

/** A thread keeps up to 200 MB for its next mammogram; what has been idle for so long gives them back. */
const idleTimeoutMs = 60_000;

/** @param threads one image each; started when they are first needed, and again after one died */
export function openPixelWorkers(threads = availableParallelism(), dicomLimits = defaultDicomLimits): PixelWorkers {
  const pool = new Piscina<unknown, PixelReply>({
    filename: new URL('./pixel-worker.ts', import.meta.url).href,
    workerData: dicomLimits,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: idleTimeoutMs,
  });
  // Work in progress is rejected with what ended its thread; an idle thread's end is nobody's concern.
  pool.on('error', () => undefined);

  return {
    run: async (task, input, signal) => {
      const reply = await ask(pool, { task, input }, signal);
      if (!reply.ok) throw new Failure(reply.kind, reply.message);
      return reply.output;
    },
    close: async () => {
      await pool.destroy();
    },
  };
}

async function ask(
  pool: Piscina<unknown, PixelReply>,
  request: { readonly task: PixelTask; readonly input: object },
  signal: AbortSignal,
): Promise<PixelReply> {
  signal.throwIfAborted();
  try {
    return await pool.run(request, { signal, transferList: wholeBuffers(request.input) });
  } catch (error) {
    signal.throwIfAborted();
    throw unavailable(`the thread of pixel work ${request.task} ended before its answer: ${describeError(error)}`, { cause: error });
  }
}

/** The buffers of bytes that have one of their own. Others (Node keeps small ones together) are copied. */
function wholeBuffers(input: object): Transferable[] {
  return Object.values(input).flatMap((value: unknown) =>
    value instanceof Uint8Array && value.byteLength === value.buffer.byteLength && value.buffer instanceof ArrayBuffer
      ? [value.buffer]
      : [],
  );
}
