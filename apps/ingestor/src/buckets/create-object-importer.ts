import { formatS3Address } from '@mammoline/blobs';
import { inBatches } from '@mammoline/kernel';
import { beginImport, filesPerBatch, takeBatch, type ImportPlace } from '../import/import-folder.ts';
import type { IngestPorts } from '../ingest-ports.ts';
import type { CreatedObject } from './bucket-notifications.ts';

/** Batches under way at once: one reads objects while another is committed. */
const maxRunning = 2;

/**
 * Makes a function that imports an object by its name. Objects that are asked for at a time are looked up, read and committed together, whatever
 * notifications they came with. All objects of a bucket are one import, the same as that of the whole bucket.
 * @returns rejects with Failure invalid where there is no such bucket, unavailable where it or the catalogue is away
 */
export function createObjectImporter(ports: IngestPorts): (object: CreatedObject) => Promise<void> {
  const places = new Map<string, Promise<ImportPlace>>();
  const placeOf = (bucket: string): Promise<ImportPlace> => {
    const known = places.get(bucket) ?? openPlace(ports, bucket);
    places.set(bucket, known);
    known.catch(() => places.delete(bucket));
    return known;
  };

  const importKeys = async (bucket: string, keys: ReadonlySet<string>): Promise<void> => {
    const place = await placeOf(bucket);
    const entries = [...keys].flatMap((key) => place.tree.entryOf(key) ?? []);
    if (entries.length > 0) await takeBatch(ports, place, entries, { copy: false, signal: ports.stopping });
  };

  return inBatches({
    maxSize: filesPerBatch,
    maxRunning,
    work: async (objects: readonly CreatedObject[]) => {
      const byBucket = Map.groupBy(objects, ({ bucket }) => bucket);
      const settled = await Promise.allSettled(
        [...byBucket].map(([bucket, created]) => importKeys(bucket, new Set(created.map(({ key }) => key)))),
      );
      const results = new Map([...byBucket.keys()].map((bucket, at) => [bucket, settled[at]]));
      return ({ bucket }: CreatedObject): void => {
        const result = results.get(bucket);
        if (result?.status === 'rejected') throw result.reason;
      };
    },
  });
}

async function openPlace(ports: IngestPorts, bucket: string): Promise<ImportPlace> {
  const tree = await ports.openTree(formatS3Address({ bucket, key: '', server: undefined }));
  return { tree, importId: await beginImport(ports, tree) };
}
