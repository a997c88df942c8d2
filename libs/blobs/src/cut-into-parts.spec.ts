import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutIntoParts } from './cut-into-parts.ts';

it('cuts a stream into parts of one size and a shorter last one, also where the source uses its chunk again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 })), fc.integer({ min: 1, max: 30 }), async (chunks, partBytes) => {
      const reusing = (async function* () {
        const buffer = new Uint8Array(40);
        for (const chunk of chunks) {
          buffer.set(chunk);
          yield await Promise.resolve(buffer.subarray(0, chunk.length));
        }
      })();
      const parts: Uint8Array[] = [];
      for await (const part of cutIntoParts(reusing, partBytes)) parts.push(part);
      expect(Buffer.concat(parts).equals(Buffer.concat(chunks))).toBe(true);
      for (const part of parts.slice(0, -1)) expect(part).toHaveLength(partBytes);
      expect(parts.at(-1)?.length ?? 1).toBeGreaterThan(0);
      expect(parts.at(-1)?.length ?? 1).toBeLessThanOrEqual(partBytes);
    }),
  );
});
