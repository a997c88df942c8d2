import { invalid } from '@mammoline/kernel';
import { describe, expect, it } from 'vitest';
import { isMissingObject, s3Failure } from './s3-failure.ts';

const serviceError = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error('some text of the server'), { name, $metadata: { httpStatusCode } });

describe('s3Failure', () => {
  it.each([
    [serviceError('SlowDown', 503), 'unavailable', 'overloaded'],
    [serviceError('InternalError', 500), 'unavailable', 'InternalError 500'],
    [serviceError('NoSuchBucket', 404), 'unavailable', 'create it'],
    [serviceError('Unknown', 403), 'unavailable', 's3:PutObject'],
    [serviceError('InvalidAccessKeyId', 403), 'unavailable', 'AWS_ACCESS_KEY_ID'],
    [serviceError('EntityTooLarge', 400), 'invalid', 'EntityTooLarge 400'],
    [Object.assign(new Error('Request aborted'), { name: 'AbortError' }), 'unavailable', 'does not answer in time'],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'unavailable', 'nothing listens there'],
    ['a thrown text', 'unavailable', 'a thrown text'],
  ] as const)('takes %s as %s and tells what to do', (cause, kind, hint) => {
    const failure = s3Failure(cause, 'storing x');
    expect(failure).toMatchObject({ kind, cause });
    expect(failure.message).toContain('storing x');
    expect(failure.message).toContain(hint);
  });

  it('passes a Failure on', () => {
    const already = invalid('mine');
    expect(s3Failure(already, 'x')).toBe(already);
  });
});

describe('isMissingObject', () => {
  it('tells a missing object from a missing bucket', () => {
    expect(isMissingObject(serviceError('NoSuchKey', 404))).toBe(true);
    expect(isMissingObject(serviceError('NotFound', 404))).toBe(true);
    expect(isMissingObject(serviceError('NoSuchBucket', 404))).toBe(false);
    expect(isMissingObject(serviceError('AccessDenied', 403))).toBe(false);
  });
});
