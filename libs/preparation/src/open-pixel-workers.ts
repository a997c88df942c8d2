import { availableParallelism } from 'node:os';
import { defaultDicomLimits } from '@mammoline/dicom';
import { createTurns, Failure, describeError, unavailable } from '@mammoline/kernel';
import { Piscina } from 'piscina';
import type { PixelReply, PixelTask, PixelWork } from './pixel-work.ts';
import { wholeBuffers } from './whole-buffers.ts';

/** Threads for the work on pixels, one image a thread, so that heartbeats and calls are answered meanwhile. */
export interface PixelWorkers {
  /** How many pieces of work are worth having in hand: one for each thread, and one that is loaded meanwhile. */
  readonly atOnce: number;
  /**
   * Runs one piece of work in a free thread. No more than {@link atOnce} inputs are loaded at a time: who asks for more waits, without bytes in memory.
   * @param load reads the input, when its turn has come; its bytes are handed over to the thread, not copied: they are gone afterwards
   * @throws Failure of the work; unavailable where the thread died (out of memory); what `load` throws; the signal's reason when it aborts, and then the thread is ended
   */
  run<Task extends PixelTask>(
    task: Task,
    load: () => Promise<PixelWork[Task]['input']>,
    signal: AbortSignal,
  ): Promise<PixelWork[Task]['output']>;
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
  const atOnce = threads + 1;
  const turns = createTurns(atOnce);

  return {
    atOnce,
    run: async (task, load, signal) => {
      const giveBack = await turns.take(signal);
      try {
        signal.throwIfAborted();
        const reply = await ask(pool, { task, input: await load() }, signal);
        if (!reply.ok) throw new Failure(reply.kind, reply.message);
        return reply.output;
      } finally {
        giveBack();
      }
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
    return await pool.run(request, { signal, transferList: [...wholeBuffers(request.input)] });
  } catch (error) {
    signal.throwIfAborted();
    throw unavailable(`the thread of pixel work ${request.task} ended before its answer: ${describeError(error)}`, { cause: error });
  }
}
