import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { describeError, unavailable } from '@mammoline/kernel';

/**
 * Below those that the system gives to outgoing connections (Linux: from 32768): while a server is down, a client that tries to reach it there may be given
 * the server's own port, is then connected to itself, and the server can't have its port back.
 */
const [lowest, highest] = [15_000, 32_000];
const tries = 50;

/** A TCP port of 127.0.0.1 that nothing listens on at the moment. */
export async function freePort(): Promise<number> {
  let last: unknown;
  for (let number = 0; number < tries; number += 1) {
    const port = randomInt(lowest, highest);
    try {
      await listenOnce(port);
      return port;
    } catch (error) {
      last = error;
    }
  }
  throw unavailable(`the system gave no free TCP port between ${String(lowest)} and ${String(highest)}: ${describeError(last)}`, {
    cause: last,
  });
}

async function listenOnce(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
