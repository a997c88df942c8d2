import { describeError, invalid } from '@mammoline/kernel';
import type { JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import type { AuthVariables } from './auth-variables.ts';
import { localKeys, remoteKeys, verifyOidcToken } from './oidc-tokens.ts';
import { readAgain } from './read-again.ts';
import { readNamedFile } from './read-named-file.ts';
import type { Caller } from './roles.ts';
import { readStaticTokens } from './static-tokens.ts';

/** How often the files are read again. */
const refreshMs = 10_000;

export interface Authenticator {
  /** @throws Failure invalid saying why the token is refused, never what it is; unavailable where the issuer's keys can't be had */
  readonly authenticate: (token: string) => Promise<Caller>;
  readonly close: () => void;
}

/**
 * Static tokens of a file, JWTs of an OIDC issuer, or both; undefined where the configuration has neither. Files that change count from then on; one that
 * can't be read any more is told in the log, and what it said before goes on to count.
 * @throws Failure invalid where a file can't be read or is not what it should be
 */
export async function openAuthenticator(config: AuthVariables, log: Logger, everyMs = refreshMs): Promise<Authenticator | undefined> {
  const closers: (() => void)[] = [];
  const keepRead = async <T>(variable: keyof AuthVariables, file: string, parse: (text: string) => T): Promise<() => T> => {
    const read = async (): Promise<{ readonly text: string; readonly value: T }> => {
      const text = (await readNamedFile(variable, file)).toString('utf8');
      try {
        return { text, value: parse(text) };
      } catch (error) {
        throw invalid(`${variable} names ${file}: ${describeError(error)}`);
      }
    };
    let current = await read();
    const readMore = async (): Promise<void> => {
      const next = await read();
      if (next.text !== current.text) log.info({ variable }, 'a file of who may call has changed, and counts from now on');
      current = next;
    };
    const close = readAgain(everyMs, readMore, (error) => {
      log.error({ err: describeError(error) }, 'a file of who may call can not be used; what it said before goes on to count');
    });
    closers.push(close);
    return () => current.value;
  };

  const tokensFile = config.MAMMOLINE_AUTH_TOKENS_FILE;
  const findStatic =
    tokensFile === undefined ? undefined : await keepRead('MAMMOLINE_AUTH_TOKENS_FILE', tokensFile, (text) => readStaticTokens(text));
  const keys = await openKeys();
  const { MAMMOLINE_AUTH_OIDC_ISSUER: issuer, MAMMOLINE_AUTH_OIDC_AUDIENCE: audience } = config;
  if (findStatic === undefined && keys === undefined) return undefined;
  return {
    authenticate: async (token) => {
      const caller = findStatic?.()(token);
      if (caller !== undefined) return caller;
      if (keys === undefined || issuer === undefined || audience === undefined) throw invalid('it is not known here');
      return verifyOidcToken(token, keys(), { issuer, audience, rolesClaim: config.MAMMOLINE_AUTH_OIDC_ROLES_CLAIM });
    },
    close: () => {
      for (const close of closers) close();
    },
  };

  async function openKeys(): Promise<(() => JWTVerifyGetKey) | undefined> {
    const { MAMMOLINE_AUTH_OIDC_JWKS_URL: url, MAMMOLINE_AUTH_OIDC_JWKS_FILE: file } = config;
    if (file !== undefined) return keepRead('MAMMOLINE_AUTH_OIDC_JWKS_FILE', file, localKeys);
    if (url === undefined) return undefined;
    const remote = remoteKeys(url);
    return () => remote;
  }
}
