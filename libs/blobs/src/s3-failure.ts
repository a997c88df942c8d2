import { describeError, Failure } from '@mammoline/kernel';

/** What to do about an error, by its name or code. Also these may pass: somebody creates the bucket, gives the right. */
const mending: Readonly<Record<string, string>> = {
  NoSuchBucket: 'there is no such bucket: create it, or mend its URL',
  AccessDenied:
    'permission denied: allow s3:GetObject on its objects and s3:ListBucket on it; for the blob store also s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload',
  InvalidAccessKeyId: 'the store does not know these credentials: check AWS_ACCESS_KEY_ID or the profile',
  SignatureDoesNotMatch: 'the store refuses these credentials: check AWS_SECRET_ACCESS_KEY or the profile',
  ExpiredToken: 'the credentials have expired: renew them',
  CredentialsProviderError: 'there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role',
  RequestTimeTooSkewed: "this machine's clock and the store's differ: set the clock",
  PermanentRedirect: 'the bucket is in another region: set region in its URL',
  AuthorizationHeaderMalformed: 'the bucket is in another region: set region in its URL',
  SlowDown: 'the store is overloaded: it will be tried again',
  ServiceUnavailable: 'the store is overloaded or restarting: it will be tried again',
  ECONNREFUSED: 'nothing listens there: check that the store runs, and endpoint in its URL',
  ENOTFOUND: 'there is no such host: check endpoint in its URL; some stores want pathStyle=true',
  TimeoutError: 'the store does not answer: check that it runs',
  // Our own limit: an abort by the caller passes with its reason.
  AbortError: 'the store does not answer in time: check that it runs',
};

/** Errors that remain when the same request is repeated. */
const lasting = new Set(['EntityTooLarge', 'KeyTooLongError']);

/** The names that an error of the SDK goes by: S3's code (`NoSuchKey`), the system's code (`ECONNREFUSED`), the HTTP status (`503`). */
export function s3ErrorNames(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const names = [error.name];
  if ('code' in error && typeof error.code === 'string') names.push(error.code);
  if ('Code' in error && typeof error.Code === 'string') names.push(error.Code);
  if ('$metadata' in error && typeof error.$metadata === 'object' && error.$metadata !== null && 'httpStatusCode' in error.$metadata) {
    names.push(String(error.$metadata.httpStatusCode));
  }
  return names;
}

/** Whether the error says that the object is not there; a missing bucket is another thing. */
export function isMissingObject(error: unknown): boolean {
  const names = s3ErrorNames(error);
  return !names.includes('NoSuchBucket') && (names.includes('NoSuchKey') || names.includes('NotFound') || names.includes('404'));
}

/** Turns an error of the SDK into a Failure that says how to mend it; a Failure passes unchanged. */
export function s3Failure(error: unknown, what: string): Failure {
  if (error instanceof Failure) return error;
  const names = s3ErrorNames(error);
  const status = names.find((name) => /^\d{3}$/.test(name));
  const hint =
    names.map((name) => mending[name]).find((found) => found !== undefined) ?? (status === '403' ? mending['AccessDenied'] : undefined);
  const said = describeError(error);
  const detail = [names[0], status].filter((name) => name !== undefined && !said.includes(name)).join(' ');
  const kind = names.some((name) => lasting.has(name)) ? 'invalid' : 'unavailable';
  return new Failure(kind, [what, hint, detail, said].filter((part) => part !== undefined && part !== '').join(': '), { cause: error });
}
