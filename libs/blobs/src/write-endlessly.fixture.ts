import { setImmediate as pause } from 'node:timers/promises';
import { openBlobStore } from './open-blob-store.ts';

/**
 * A program for the test that kills a writer: streams into the store named by its first argument until it is killed, and says when it is
 * well into it: after as many chunks of 64 KiB as its second argument says.
 */
const quickChunks = Number(process.argv[3] ?? 64);

async function* endlessly(): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(1 << 16);
  for (let count = 0; ; count++) {
    yield chunk;
    if (count === quickChunks) console.log('writing');
    // Slowly from there on: the test is about the middle of a write, not about filling the disk.
    if (count >= quickChunks) await new Promise((resolve) => setTimeout(resolve, 50));
    else await pause();
  }
}

const store = await openBlobStore(process.argv[2] ?? '');
await store.putStream(endlessly());
