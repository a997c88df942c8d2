// The training process: told what to train over the channel to its parent, it tells how it goes, and ends with the channel.
import { openBlobStore } from '@mammoline/blobs';
import { describeError, Failure, systemClock } from '@mammoline/kernel';
import { openBackend } from '@mammoline/segmentation';
import { carryOutOrder } from './carry-out-order.ts';
import type { TrainingNews, TrainingOrder } from './messages.ts';
import { trainingEnvironment } from './training-environment.ts';

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
  const run = async (): Promise<void> => {
    const {
      MAMMOLINE_BLOBS_URL: blobsUrl,
      MAMMOLINE_BACKEND: preference,
      MAMMOLINE_TENSORBOARD_DIR: tensorBoardDirectory,
    } = trainingEnvironment.parse(process.env);
    const blobs = await openBlobStore(blobsUrl);
    const order = message as TrainingOrder;
    const backend = await openBackend(order.options.backend ?? preference);
    tell(await carryOutOrder(order, { blobs, backend, clock: systemClock, tensorBoardDirectory, tell }));
  };
  run()
    .catch((error: unknown) => {
      tell({ kind: 'failed', failure: error instanceof Failure ? error.kind : 'bug', message: describeError(error) });
    })
    .finally(() => {
      process.disconnect();
    });
});
