import { describe, expect, it } from 'vitest';
import { parseS3Location } from './s3-location.ts';

describe('parseS3Location', () => {
  it('takes all from the URL', () => {
    expect(parseS3Location('s3://my-bucket/some/where%20else/?endpoint=http://10.0.0.7:8333&region=eu-1&pathStyle=true')).toEqual({
      bucket: 'my-bucket',
      prefix: 'some/where else/',
      endpoint: 'http://10.0.0.7:8333',
      region: 'eu-1',
      pathStyle: true,
    });
  });

  it('leaves the rest to the SDK', () => {
    expect(parseS3Location('s3://bucket')).toEqual({
      bucket: 'bucket',
      prefix: '',
      endpoint: undefined,
      region: undefined,
      pathStyle: false,
    });
  });

  it('names all that is wrong together, and no credentials', () => {
    const parse = (): unknown => parseS3Location('s3://me:secret@My_Bucket?endpoint=host:80&pathStyle=yes&acl=public#x');
    expect(parse).toThrow(expect.objectContaining({ kind: 'invalid' }) as Error);
    for (const part of [
      'credentials',
      '"My_Bucket" is no bucket',
      '%23',
      '"acl" is no setting',
      'expected http://host:port',
      'true or false',
    ]) {
      expect(parse).toThrow(part);
    }
    expect(parse).not.toThrow('secret');
  });

  it.each(['s3://', 's3:///prefix', 's3://bucket:80/x', 's3://bucket/%zz'])('refuses %j', (url) => {
    expect(() => parseS3Location(url)).toThrow('expected s3://bucket/prefix');
  });
});
