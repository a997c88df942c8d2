import { createInterface } from 'node:readline';
import { lastPanic } from './load-engine.mjs';

/** JSON-RPC code with which the engine's binary wraps its own errors. */
const engineError = 4466;

/** Methods that the WebAssembly engine has under another name. */
const renamed = { getDatabaseVersion: 'version' };

/** Answers Prisma's command line: JSON-RPC, one request a line on standard input, in their order; returns at the end of the input. */
export async function answerRequests(openEngine) {
  let engine;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    const { id, method, params } = JSON.parse(line);
    // What has no method is the command line's answer to a `print` of ours.
    if (method === undefined) continue;
    try {
      engine ??= await openEngine();
      const result = await engine[renamed[method] ?? method](params);
      // The binary prints a difference by calling back; the WebAssembly engine gives it back.
      if (method === 'diff' && typeof result?.stdout === 'string')
        reply({ id: `p${id}`, method: 'print', params: { content: result.stdout } });
      reply({ id, result: result ?? null });
    } catch (error) {
      reply({ id, error: describe(error) });
    }
  }
}

function reply(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function describe(error) {
  const message = lastPanic() || (error?.message ?? String(error));
  const data = { is_panic: false, message, meta: error?.meta ?? null, error_code: error?.code ?? null };
  return { code: engineError, message: 'An error happened. Check the data field for details.', data };
}
