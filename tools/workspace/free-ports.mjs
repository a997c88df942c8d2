import { createServer } from 'node:net';

/**
 * Below those that the system gives to outgoing connections (Linux: from 32768): while a server is down, a client that tries to reach it there may be given
 * the server's own port, is then connected to itself, and the server can't have its port back.
 */
const [lowest, highest] = [15_000, 32_000];

/** `count` different ports of 127.0.0.1 that are free now. */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function listen() {
  for (;;) {
    const server = createServer();
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (isFree) return server;
  }
}
