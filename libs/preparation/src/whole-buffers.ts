import { isMarkedAsUntransferable } from 'node:worker_threads';

/**
 * The buffers of an object's bytes that have one of their own, so that they can be handed to another thread. Others are copied on the way: Node keeps
 * small ones together, and some that native code made can't be given away.
 */
export function wholeBuffers(holder: object): readonly ArrayBuffer[] {
  return Object.values(holder).flatMap((value: unknown) => {
    if (!(value instanceof Uint8Array) || !(value.buffer instanceof ArrayBuffer)) return [];
    return value.byteLength === value.buffer.byteLength && !isMarkedAsUntransferable(value.buffer) ? [value.buffer] : [];
  });
}
