import type { BlobStore } from '@mammoline/blobs';
import type { ModelVersionRecord } from '@mammoline/catalogue';
import { exportModel, parseEnsemble, type ExportFormat } from '@mammoline/segmentation';

type Files = Readonly<Record<string, Uint8Array>>;

/** A version for other runtimes, as files by name. Of an ensemble: each member in a folder named by its id, and `ensemble.json`, which says how to put them together. */
export async function exportVersion(
  { weights, memberIds, threshold, smallestAreaShare, abstainAbove }: ModelVersionRecord,
  format: ExportFormat,
  blobs: Pick<BlobStore, 'get'>,
  signal: AbortSignal,
): Promise<Files> {
  const bytes = await blobs.get(weights, signal);
  if (memberIds.length === 0) return exportModel(bytes, format);
  const { members, ...looks } = parseEnsemble(bytes);
  const files: Record<string, Uint8Array> = {};
  for (const member of members) {
    for (const [name, content] of Object.entries(await exportModel(await blobs.get(member.weights, signal), format)))
      files[`${member.id}/${name}`] = content;
  }
  const about = { members: members.map(({ id }) => id), ...looks, threshold, smallestAreaShare, abstainAbove };
  return { ...files, 'ensemble.json': new TextEncoder().encode(`${JSON.stringify(about, undefined, 2)}\n`) };
}
