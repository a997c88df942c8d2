import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { sleep } from '@mammoline/kernel';

export interface Slowness {
  /** Before each piece of up to 64 KiB, in either direction. */
  readonly delayMs: number;
  readonly bytesPerSecond: number;
}

/** Stands in front of a server of this machine, and harms what its clients say to it. */
export interface TcpProxy {
  readonly port: number;
  /** Where the server is, now or again. */
  readonly leadTo: (port: number) => void;
  /** Resets all connections; new ones go through. Returns how many there were. */
  readonly cut: () => number;
  /** Resets all connections, and each new one, until it is called with `false`. */
  readonly refuse: (refuses: boolean) => void;
  /** Slows all connections down; `undefined` ends that. */
  readonly slow: (slowness: Slowness | undefined) => void;
  readonly close: () => Promise<void>;
}

export async function openTcpProxy(): Promise<TcpProxy> {
  let target: number | undefined;
  let refuses = false;
  let slowness: Slowness | undefined;
  const open = new Set<Socket>();
  const cut = (): number => {
    const count = open.size / 2;
    for (const socket of open) socket.resetAndDestroy();
    return count;
  };

  async function* pass(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of source) {
      if (slowness !== undefined) await sleep(slowness.delayMs + (1000 * piece.length) / slowness.bytesPerSecond);
      yield piece;
    }
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    client.on('error', () => undefined);
    if (refuses || target === undefined) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined).once('close', () => open.delete(socket));
    }
    // Whichever side breaks, the other one is told in the same way.
    Promise.all([pipeline(client, pass, upstream), pipeline(upstream, pass, client)]).catch(() => {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => {
      target = port;
    },
    cut,
    refuse: (next) => {
      refuses = next;
      if (next) cut();
    },
    slow: (next) => {
      slowness = next;
    },
    close: async () => {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
