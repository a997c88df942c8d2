import { Worker } from 'node:worker_threads';
import { Failure, unavailable } from '@mammoline/kernel';
import type { PixelReply, PixelTask, PixelWork } from './pixel-work.ts';

/** Threads for the work on pixels, so that heartbeats and calls are answered meanwhile. */
export interface PixelWorkers {
  /**
   * Runs one piece of work in a free thread, or in the first that gets free.
   * @throws Failure of the work; unavailable where the thread died (out of memory); the signal's reason when it aborts, and then the thread is ended
   */
  run<Task extends PixelTask>(task: Task, input: PixelWork[Task]['input'], signal: AbortSignal): Promise<PixelWork[Task]['output']>;
  /** Ends the threads; work that runs is rejected. */
  close(): Promise<void>;
}

const program = new URL('./pixel-worker.ts', import.meta.url);

/** @param threads started when they are first needed, and again after one died */
export function openPixelWorkers(threads: number): PixelWorkers {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: (() => void)[] = [];
  let free = threads;

  const startWorker = (): Worker => {
    const worker = new Worker(program);
    all.add(worker);
    worker.once('exit', () => {
      all.delete(worker);
      const at = idle.indexOf(worker);
      if (at !== -1) idle.splice(at, 1);
    });
    // Work in progress hears of it through its own listener; an idle thread's end is heard of by the one above.
    worker.on('error', () => undefined);
    return worker;
  };

  const takeTurn = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    const turn = Promise.withResolvers<undefined>();
    const go = (): void => {
      turn.resolve(undefined);
    };
    const onAbort = (): void => {
      const at = waiting.indexOf(go);
      if (at === -1) return;
      waiting.splice(at, 1);
      turn.reject(signal.reason as Error);
    };
    waiting.push(go);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
  const giveTurn = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };

  return {
    run: async (task, input, signal) => {
      await takeTurn(signal);
      try {
        const worker = idle.pop() ?? startWorker();
        const reply = await ask(worker, { task, input }, signal);
        idle.push(worker);
        if (!reply.ok) throw new Failure(reply.kind, reply.message);
        return reply.output;
      } finally {
        giveTurn();
      }
    },
    close: async () => {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

/** Sends a request and waits for its reply, the thread's end, or the signal; after the last two the thread is gone. */
async function ask(
  worker: Worker,
  request: { readonly task: PixelTask; readonly input: unknown },
  signal: AbortSignal,
): Promise<PixelReply> {
  const reply = Promise.withResolvers<PixelReply>();
  const onMessage = (message: PixelReply): void => {
    reply.resolve(message);
  };
  const onError = (error: Error): void => {
    reply.reject(unavailable(`the thread of pixel work ${request.task} died: ${error.message}`, { cause: error }));
  };
  const onExit = (): void => {
    reply.reject(unavailable(`the thread of pixel work ${request.task} ended before its answer`));
  };
  const onAbort = (): void => {
    reply.reject(signal.reason as Error);
    void worker.terminate();
  };
  worker.on('message', onMessage);
  worker.on('error', onError);
  worker.on('exit', onExit);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    worker.postMessage(request);
    return await reply.promise;
  } finally {
    worker.off('message', onMessage);
    worker.off('error', onError);
    worker.off('exit', onExit);
    signal.removeEventListener('abort', onAbort);
  }
}
