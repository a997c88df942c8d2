import { invalid } from '@mammoline/kernel';

/** Where an S3 store is. What is undefined comes from the AWS SDK's own settings (environment, profile). */
export interface S3Location {
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  readonly pathStyle: boolean;
}

export const s3UrlForm = 's3://bucket/prefix?endpoint=https://host:port&region=name&pathStyle=true';

const settings = new Set(['endpoint', 'region', 'pathStyle']);
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * Parses `s3://bucket[/prefix][?endpoint=…&region=…&pathStyle=true]`.
 * @throws Failure invalid, with all that is wrong.
 */
export function parseS3Location(text: string): S3Location {
  const wrong: string[] = [];
  let url: URL;
  let path: string;
  try {
    url = new URL(text);
    path = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '');
  } catch (error) {
    throw invalid(`blob store: found ${JSON.stringify(text)}, expected ${s3UrlForm}`, { cause: error });
  }
  if (url.username !== '' || url.password !== '') {
    wrong.push('it holds credentials: leave them to the AWS SDK (AWS_ACCESS_KEY_ID, a profile, a role)');
  }
  if (!bucketName.test(url.host)) wrong.push(`${JSON.stringify(url.host)} is no bucket's name`);
  if (url.hash !== '') wrong.push(`it ends in ${url.hash}: write # as %23`);
  for (const name of url.searchParams.keys()) {
    if (!settings.has(name)) wrong.push(`${JSON.stringify(name)} is no setting: there are ${[...settings].join(', ')}`);
  }
  const endpoint = url.searchParams.get('endpoint') ?? undefined;
  if (endpoint !== undefined && !/^https?:\/\/[^/?#@]+\/?$/.test(endpoint)) {
    wrong.push(`endpoint is ${JSON.stringify(endpoint)}, expected http://host:port or https://host`);
  }
  const pathStyle = url.searchParams.get('pathStyle') ?? 'false';
  if (pathStyle !== 'true' && pathStyle !== 'false') wrong.push(`pathStyle is ${JSON.stringify(pathStyle)}, expected true or false`);
  // Credentials must not come back in a log.
  const shown = text.replace(/\/\/[^/]*@/, '//…@');
  if (wrong.length > 0) throw invalid(`blob store: found ${JSON.stringify(shown)}, expected ${s3UrlForm}: ${wrong.join('; ')}`);
  return {
    bucket: url.host,
    prefix: path === '' ? '' : `${path}/`,
    endpoint,
    region: url.searchParams.get('region') ?? undefined,
    pathStyle: pathStyle === 'true',
  };
}
