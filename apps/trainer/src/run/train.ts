// The training process: told what to train over the channel to its parent, it tells how it goes, and ends with the channel.
import { openBlobStore } from '@mammoline/blobs';
import { describeError, Failure, systemClock } from '@mammoline/kernel';
import { backendPreferences, openBackend } from '@mammoline/segmentation';
import { z } from 'zod';
import type { TrainingNews, TrainingOrder } from './messages.ts';
import { carryOutOrder } from './carry-out-order.ts';

const environment = z.object({
  MAMMOLINE_BLOBS_URL: z.string(),
  MAMMOLINE_BACKEND: z.enum(backendPreferences).default('auto'),
  MAMMOLINE_TENSORBOARD_DIR: z.string().optional(),
});

const leave = (): void => {
  process.exit(0);
};

const tell = (news: TrainingNews): void => {
  process.send?.(news, undefined, {}, (error) => {
    // The parent was killed, and the channel has not told of it yet.
    if (error !== null) leave();
  });
};

process.once('disconnect', leave);
process.once('SIGTERM', leave);
// Ctrl-C reaches the whole group of processes; the parent decides what becomes of its child.
process.on('SIGINT', () => undefined);

process.once('message', (message) => {
  const {
    MAMMOLINE_BLOBS_URL: blobsUrl,
    MAMMOLINE_BACKEND: preference,
    MAMMOLINE_TENSORBOARD_DIR: tensorBoardDirectory,
  } = environment.parse(process.env);
  const run = async (): Promise<void> => {
    const blobs = await openBlobStore(blobsUrl);
    const backend = await openBackend(preference);
    tell(await carryOutOrder(message as TrainingOrder, { blobs, backend, clock: systemClock, tensorBoardDirectory, tell }));
  };
  run()
    .catch((error: unknown) => {
      tell({ kind: 'failed', failure: error instanceof Failure ? error.kind : 'bug', message: describeError(error) });
    })
    .finally(() => {
      process.disconnect();
    });
});
