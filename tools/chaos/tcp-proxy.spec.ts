import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** Answers each piece with the same bytes. */
let echo: Server;
let proxy: TcpProxy;

beforeEach(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined).pipe(socket));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await openTcpProxy();
  proxy.leadTo((echo.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy.close();
  echo.close();
});

async function talk(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function ask(socket: Socket, words: string): Promise<string> {
  socket.write(words);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString();
}

describe('openTcpProxy', () => {
  it('passes bytes and the end of a connection on, in both directions', async () => {
    const socket = await talk();
    expect(await ask(socket, 'hello')).toBe('hello');
    const megabyte = 'x'.repeat(1 << 20);
    socket.end(megabyte);
    expect(await text(socket)).toBe(megabyte);
  });

  it('cuts what is open, and lets the next through', async () => {
    const socket = await talk();
    await ask(socket, 'hello');
    const broken = once(socket, 'error');
    expect(proxy.cut()).toBe(1);
    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(await ask(await talk(), 'again')).toBe('again');
  });

  it('refuses until it is told not to', async () => {
    proxy.refuse(true);
    await expect(talk().then((socket) => ask(socket, 'hello'))).rejects.toMatchObject({ code: 'ECONNRESET' });
    proxy.refuse(false);
    expect(await ask(await talk(), 'again')).toBe('again');
  });

  it('slows down', async () => {
    const socket = await talk();
    await ask(socket, 'hello');
    proxy.slow({ delayMs: 100, bytesPerSecond: 1e9 });
    const startedMs = performance.now();
    await ask(socket, 'slowly');
    expect(performance.now() - startedMs).toBeGreaterThan(180);
  });
});
