import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assertNever, bug, Failure, toFailure, unavailable } from '@mammoline/kernel';
import type { Finished, TrainingNews, TrainingOrder } from './messages.ts';

const program = fileURLToPath(new URL('./train.ts', import.meta.url));

/** How long the training process may take to write a last checkpoint when it is asked to stop. */
const graceMs = 10_000;

/**
 * Trains in a process of its own: TensorFlow blocks its thread for a second and more a step, and this process has leases to keep and callers
 * to answer. The child ends when its parent does, however that ends: the channel between them closes.
 * @param onNews awaited one after the other, in order; a throw stops the training
 * @throws Failure as the child told it; `unavailable` where the child was killed; the signal's reason when aborted
 */
export async function trainInChild(
  order: TrainingOrder,
  onNews: (news: Exclude<TrainingNews, { kind: 'finished' | 'failed' }>) => Promise<void>,
  signal: AbortSignal,
): Promise<Finished> {
  signal.throwIfAborted();
  const child = fork(program, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let kill: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill('SIGTERM');
    kill ??= setTimeout(() => child.kill('SIGKILL'), graceMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<Finished>((resolve, reject) => {
      let handled: Promise<void> = Promise.resolve();
      const fail = (error: unknown): void => {
        reject(toFailure(error, 'bug', 'training failed'));
        stop();
      };
      child.on('message', (message) => {
        const news = message as TrainingNews;
        handled = handled
          .then(() => {
            switch (news.kind) {
              case 'finished':
                resolve(news);
                return undefined;
              case 'failed':
                fail(new Failure(news.failure, news.message));
                return undefined;
              case 'backend':
              case 'step':
              case 'epoch':
                return onNews(news);
              default:
                return assertNever(news, 'news from the training process');
            }
          })
          .catch(fail);
      });
      child.on('error', (error) => {
        fail(bug('the training process could not be started', { cause: error }));
      });
      child.on('exit', (code, killedBy) => {
        void handled.then(() => {
          fail(unavailable(`the training process ended before it had finished (${killedBy ?? `exit code ${String(code)}`})`));
        });
      });
      child.send(order);
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    if (child.exitCode === null && child.signalCode === null) {
      await new Promise((resolve) => {
        child.once('exit', resolve);
        stop();
      });
    }
    clearTimeout(kill);
  }
}
