import { unavailable } from '@mammoline/kernel';
import { describe, expect, it, vi } from 'vitest';
import { createReadiness } from './create-readiness.ts';

const fine = (): Promise<void> => Promise.resolve();

describe('createReadiness', () => {
  it('names every part that is away, with what it said, and tells of each', async () => {
    const told: [string, boolean][] = [];
    const away = (): Promise<void> => Promise.reject(unavailable('no answer'));
    const check = createReadiness({ postgres: away, kafka: fine, blobs: away }, (part, isReady) => told.push([part, isReady]));
    await expect(check()).rejects.toMatchObject({ kind: 'unavailable', message: 'not ready: postgres: no answer; blobs: no answer' });
    expect(told).toHaveLength(3);
    expect(Object.fromEntries(told)).toEqual({ postgres: false, kafka: true, blobs: false });
  });

  it('does not wait for a part that hangs', async () => {
    vi.useFakeTimers();
    try {
      const check = createReadiness({ postgres: fine, blobs: () => new Promise(() => undefined) }, () => undefined);
      const checked = expect(check()).rejects.toThrow('not ready: blobs: it took more than 5000 ms');
      await vi.advanceTimersByTimeAsync(5000);
      await checked;
    } finally {
      vi.useRealTimers();
    }
  });

  it('asks once for all that ask at a time, and again for who comes later', async () => {
    const ping = vi.fn(fine);
    const check = createReadiness({ postgres: ping }, () => undefined);
    await Promise.all([check(), check(), check()]);
    expect(ping).toHaveBeenCalledTimes(1);
    await check();
    expect(ping).toHaveBeenCalledTimes(2);
  });
});
