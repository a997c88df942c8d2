import { invalid } from '@mammoline/kernel';
import { parseS3Location } from './s3-location.ts';
import type { S3Location } from './s3-location.ts';

/** An object, or what is under a prefix, of any bucket. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
  /** How its server is spoken to; undefined: as the blob store's where that is in S3, else as the AWS SDK's own settings say. */
  readonly server: S3Server | undefined;
}
export type S3Server = Pick<S3Location, 'endpoint' | 'region' | 'pathStyle'>;

export const s3AddressStart = 's3://';
const form = /^s3:\/\/(?<bucket>[^/?#]*)(?:\/(?<key>[^?#]*))?(?<settings>\?[^#]*)?$/;

/**
 * Parses `s3://bucket/key[?endpoint=…&region=…&pathStyle=true]`; the key is percent-encoded. Not by URL, which takes `.` and `..` for folders: in S3 they are
 * names like others.
 * @throws Failure invalid
 */
export function parseS3Address(text: string): S3Address {
  const { bucket, key = '', settings = '' } = form.exec(text)?.groups ?? {};
  // It also says what is wrong, without repeating credentials.
  const { endpoint, region, pathStyle } = parseS3Location(bucket === undefined ? text : `${s3AddressStart}${bucket}${settings}`);
  try {
    return { bucket: bucket ?? '', key: decodeURIComponent(key), server: settings === '' ? undefined : { endpoint, region, pathStyle } };
  } catch (error) {
    throw invalid(`found ${JSON.stringify(text)}, whose key can't be decoded: write % as %25`, { cause: error });
  }
}

/** The one way to write an address. */
export function formatS3Address({ bucket, key, server }: S3Address): string {
  const settings =
    server === undefined
      ? []
      : [
          ...(server.endpoint === undefined ? [] : [`endpoint=${server.endpoint}`]),
          ...(server.region === undefined ? [] : [`region=${encodeURIComponent(server.region)}`]),
          ...(server.pathStyle ? ['pathStyle=true'] : []),
        ];
  const path = key.split('/').map(encodeURIComponent).join('/');
  return `${s3AddressStart}${bucket}/${path}${settings.length === 0 ? '' : `?${settings.join('&')}`}`;
}
