import { describe, expect, it } from 'vitest';
import { bucketNotifications } from './bucket-notifications.ts';

const { decode } = bucketNotifications('bucket-events');
const decodeJson = (value: unknown): unknown => decode(new TextEncoder().encode(JSON.stringify(value)));
const record = (eventName: string, key: string): unknown => ({ eventName, s3: { bucket: { name: 'scans' }, object: { key, size: 3 } } });

describe('bucketNotifications', () => {
  it('tells the objects that were written, by AWS or by MinIO, with their real names', () => {
    const records = [
      record('ObjectCreated:Put', 'a+folder/scan%281%29%2B%C3%BC.dcm'),
      record('ObjectRemoved:Delete', 'old.dcm'),
      record('s3:ObjectCreated:CompleteMultipartUpload', 'large.dcm'),
    ];
    expect(decodeJson({ EventName: 's3:ObjectCreated:Put', Key: 'scans/a', Records: records })).toEqual([
      { bucket: 'scans', key: 'a folder/scan(1)+ü.dcm' },
      { bucket: 'scans', key: 'large.dcm' },
    ]);
  });

  it("takes S3's test event for none", () => {
    expect(decodeJson({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'scans' })).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"Records": ['],
    ['another JSON', '{"records": []}'],
    ['a record without a bucket', '{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "a"}}}]}'],
    ['a key that is not encoded', JSON.stringify({ Records: [record('ObjectCreated:Put', '100%')] })],
  ])('refuses %s', (_what, text) => {
    expect(() => decode(new TextEncoder().encode(text))).toThrow(expect.objectContaining({ kind: 'invalid' }) as Error);
  });
});
