import { invalid } from '@mammoline/kernel';
import { Metadata, type CallOptions, type ClientMiddlewareCall } from 'nice-grpc';
import type { ClientVariables } from './client-variables.ts';
import { readNamedFile } from './read-named-file.ts';

/**
 * Client middleware: each call bears the token of MAMMOLINE_TOKEN_FILE, where it is named. The file is read for each call: an OIDC token is renewed in it.
 * Calls throw Failure invalid where it can't be read or is empty.
 */
export function bearToken({ MAMMOLINE_TOKEN_FILE: file }: ClientVariables) {
  return async function* <Request, Response>(call: ClientMiddlewareCall<Request, Response>, options: CallOptions) {
    if (file === undefined) return yield* call.next(call.request, options);
    const token = (await readNamedFile('MAMMOLINE_TOKEN_FILE', file)).toString('utf8').trim();
    if (!/^\S+$/.test(token)) throw invalid(`MAMMOLINE_TOKEN_FILE names ${file}: expected one token in it and nothing else`);
    const metadata = Metadata(options.metadata).set('authorization', `Bearer ${token}`);
    return yield* call.next(call.request, { ...options, metadata });
  };
}
