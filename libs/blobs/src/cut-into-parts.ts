/** Parts of exactly `partBytes`, the last one shorter; of an empty stream none. The bytes are copied, so that a source may use its chunks again. */
export async function* cutIntoParts(chunks: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let part = new Uint8Array(partBytes);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length;) {
      const taken = chunk.subarray(start, start + partBytes - filled);
      part.set(taken, filled);
      filled += taken.length;
      start += taken.length;
      if (filled === partBytes) {
        yield part;
        part = new Uint8Array(partBytes);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield part.slice(0, filled);
}
