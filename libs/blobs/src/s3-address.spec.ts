import { describe, expect, it } from 'vitest';
import { formatS3Address, parseS3Address } from './s3-address.ts';

describe('an address in S3', () => {
  it.each([
    's3://bucket/',
    's3://bucket/a/b%20c/%C3%BC%25.dcm',
    's3://bucket/a/../b/./c?endpoint=http://host:9000&region=eu&pathStyle=true',
  ])('is read and written the same: %s', (text) => {
    expect(formatS3Address(parseS3Address(text))).toBe(text);
  });

  it('keeps dots as names', () => {
    expect(parseS3Address('s3://bucket/a/../b').key).toBe('a/../b');
  });

  it.each([
    ['s3://bucket/100%', /write % as %25/],
    ['s3://B!/x', /no bucket's name/],
    ['s3://bucket/x#y', /expected s3:/],
    ['s3://bucket/x?colour=red', /"colour" is no setting/],
    ['file:///x', /expected s3:/],
  ])('refuses %s', (text, message) => {
    expect(() => parseS3Address(text)).toThrow(message);
  });
});
