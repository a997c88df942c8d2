import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = readonly [status: number, code: string] | 'cut' | undefined;

/** Passes requests on to the server at `endpoint`, but for those that `answer` takes: with an error, or the real answer cut off in its middle. */
export async function throughProxy(
  endpoint: string,
  answer: (request: IncomingMessage) => Answer,
  work: (address: string) => Promise<void>,
): Promise<void> {
  const proxy = createServer((incoming, outgoing) => {
    const own = answer(incoming);
    if (own !== undefined && own !== 'cut') {
      incoming.resume();
      outgoing.writeHead(own[0], { 'content-type': 'application/xml' }).end(`<Error><Code>${own[1]}</Code></Error>`);
      return;
    }
    // The signature is over the host's name that the client knows.
    const { method = 'GET', headers, url = '/' } = incoming;
    const passedOn = request(endpoint + url, { method, headers }, (answered) => {
      outgoing.writeHead(answered.statusCode ?? 500, answered.headers);
      if (own === 'cut') answered.once('data', (chunk) => outgoing.write(chunk, () => outgoing.destroy()));
      else answered.pipe(outgoing);
    });
    incoming.pipe(passedOn);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  try {
    await work(`http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
}
