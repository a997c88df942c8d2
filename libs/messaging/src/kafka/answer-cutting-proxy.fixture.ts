import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

export interface AnswerCuttingProxy {
  readonly address: string;
  /** From now on requests reach the target, and a connection ends with the first byte of an answer; or all is let through again. */
  cut(isCutting: boolean): void;
  close(): Promise<void>;
}

/** A TCP proxy that can let everything happen on the other side and nobody know of it. The target is named later, since it advertises this address. */
export async function openAnswerCuttingProxy(target: () => string): Promise<AnswerCuttingProxy> {
  let isCutting = false;
  const server = createServer((client) => {
    const [host = '', port = ''] = target().split(':');
    const broker = connect(Number(port), host);
    const end = (): void => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) socket.on('error', end).on('close', end);
    client.pipe(broker);
    broker.on('data', (bytes) => {
      if (isCutting) end();
      else client.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${String(port)}`,
    cut: (now) => {
      isCutting = now;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
