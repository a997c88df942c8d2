import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { invalid, toFailure, unavailable } from '@mammoline/kernel';
import { z } from 'zod';
import { isRole, type Caller } from './roles.ts';

/** Signatures with a key that the issuer alone has: no `none`, and no HMAC, whose key a verifier would have to know. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const clockToleranceS = 30;
const fetchLimitMs = 5000;

export interface OidcOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Where the roles are in the token; `realm_access.roles` is a claim in a claim. Text with spaces, or a list. */
  readonly rolesClaim: string;
}

/**
 * Checks a JWT's signature, issuer, audience and times, and reads its subject and roles; roles of other programs are passed over.
 * @throws Failure invalid saying what is wrong with it; unavailable where the keys can't be had
 */
export async function verifyOidcToken(
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience, rolesClaim }: OidcOptions,
): Promise<Caller> {
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience,
    algorithms,
    clockTolerance: clockToleranceS,
    requiredClaims: ['sub', 'exp'],
  }).catch((error: unknown) => {
    throw explain(error);
  });
  return { subject: payload.sub ?? '', roles: new Set(claimAt(payload, rolesClaim).filter(isRole)) };
}

function explain(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return invalid('it has expired');
  if (error instanceof errors.JWTClaimValidationFailed)
    return invalid(`its claim "${error.claim}" is missing or not what is expected here`);
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalid('its signature is not valid');
  if (error instanceof errors.JWKSNoMatchingKey) return invalid('no key of the issuer fits its signature');
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) return invalid('it is no JWT');
  if (error instanceof errors.JOSEAlgNotAllowed) return invalid('its algorithm is not allowed');
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError))
    return unavailable('the keys of the OIDC issuer can not be had', { cause: error });
  return error.code === 'ERR_JOSE_GENERIC'
    ? unavailable('the keys of the OIDC issuer can not be had', { cause: error })
    : invalid(`it is refused (${error.code})`);
}

/** A claim of that very name (some are URLs), else the one inside of the claims that the dots part. */
function claimAt(payload: JWTPayload, path: string): readonly unknown[] {
  let at: unknown = payload[path];
  if (at === undefined) {
    at = payload;
    for (const name of path.split('.')) at = isRecord(at) ? at[name] : undefined;
  }
  return Array.isArray(at) ? at : typeof at === 'string' ? at.split(/[\s,]+/) : [];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** Fetched when they are first needed and kept, fetched again for a key that is not among them. */
export function remoteKeys(url: string): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(url), { timeoutDuration: fetchLimitMs });
}

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** @throws Failure invalid where the text is no JWK set */
export function localKeys(text: string): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(jwks.parse(JSON.parse(text)));
  } catch (error) {
    throw toFailure(error, 'invalid', 'expected a JWK set, {"keys": […]}');
  }
}
