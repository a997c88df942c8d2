import { readFileSync } from 'node:fs';

/** The descriptors of all protocol files, a serialised google.protobuf.FileDescriptorSet, for gRPC reflection; made with the generated code. */
export function readDescriptorSet(): Uint8Array {
  return new Uint8Array(readFileSync(new URL('gen/descriptors.binpb', import.meta.url)));
}
