import { createHash, timingSafeEqual } from 'node:crypto';
import { invalid } from '@mammoline/kernel';
import { z } from 'zod';
import { roles, type Caller } from './roles.ts';

const shortest = 24;

const tokensFile = z.strictObject({
  tokens: z.array(
    z.strictObject({
      token: z.string().min(shortest, `expected at least ${String(shortest)} characters, as "openssl rand -base64 32" makes them`),
      subject: z.string().min(1),
      roles: z.array(z.enum(roles)).min(1),
    }),
  ),
});

export type FindCaller = (token: string) => Caller | undefined;

/**
 * The tokens of a file: `{"tokens": [{"token": "…", "subject": "gateway", "roles": ["ingest"]}]}`.
 * A token is compared with every one of them, by hashes and in constant time: how long it takes tells nothing of any.
 * @throws Failure invalid that names the place at fault and repeats no value
 */
export function readStaticTokens(text: string): FindCaller {
  const parsed = tokensFile.safeParse(parseJson(text));
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path, code, message }) => {
      // What zod says of a wrong value may quote it.
      return `${path.join('.')}: ${code === 'too_small' || code === 'unrecognized_keys' ? message : 'not what is expected'}`;
    });
    throw invalid(
      `expected {"tokens": [{"token": …, "subject": …, "roles": [${roles.join(', ')}]}]}, found something else at ${places.join('; ')}`,
    );
  }
  const known = parsed.data.tokens.map(({ token, subject, roles: granted }) => ({
    hash: hashOf(token),
    caller: { subject, roles: new Set(granted) },
  }));
  return (token) => {
    const hash = hashOf(token);
    let found: Caller | undefined;
    for (const one of known) if (timingSafeEqual(one.hash, hash)) found = one.caller;
    return found;
  };
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    return undefined;
  }
}
