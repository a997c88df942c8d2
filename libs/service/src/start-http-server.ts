import { describeError, invalid } from '@mammoline/kernel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Registry } from 'prom-client';

export interface HttpServer {
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** /healthz (the process runs), /readyz (it can work: 200 or 503 with the reason), /metrics (Prometheus). */
export async function startHttpServer(address: string, registry: Registry, checkReady: () => Promise<void>): Promise<HttpServer> {
  const answers: Readonly<Record<string, () => Promise<{ readonly status: number; readonly type: string; readonly text: string }>>> = {
    '/healthz': () => Promise.resolve({ status: 200, type: 'text/plain', text: 'ok\n' }),
    '/readyz': async () => {
      try {
        await checkReady();
        return { status: 200, type: 'text/plain', text: 'ready\n' };
      } catch (error) {
        return { status: 503, type: 'text/plain', text: `${describeError(error)}\n` };
      }
    },
    '/metrics': async () => ({ status: 200, type: registry.contentType, text: await registry.metrics() }),
  };
  const server = createServer((request, response) => {
    const answer = answers[new URL(request.url ?? '/', 'http://localhost').pathname];
    void (async () => {
      const { status, type, text } =
        answer === undefined ? { status: 404, type: 'text/plain', text: 'try /healthz, /readyz or /metrics\n' } : await answer();
      response.writeHead(status, { 'content-type': type }).end(text);
    })().catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(`${describeError(error)}\n`);
    });
  });
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  server.listen(Number(address.slice(colon + 1)), host);
  await once(server, 'listening').catch((error: unknown) => {
    throw invalid(`can't listen on ${address} (MAMMOLINE_HTTP_ADDRESS): ${describeError(error)}`, { cause: error });
  });
  const bound = server.address();
  return {
    address: `${address.slice(0, colon)}:${String(typeof bound === 'object' && bound !== null ? bound.port : 0)}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}
