import type { Database } from '../database/connect.ts';
import { preparedViewIdOf, viewIdOf } from '../database/ids.ts';
import { toRequiredJson } from '../database/json.ts';
import type { PreparedViewRecord } from '../records.ts';
import { toPreparedViewOf } from './to-prepared-view.ts';

/** Replaces the prepared pair of the view and kind, counting its revision on. The view's own revision stays: nothing upstream reads it. */
export async function savePreparedView(db: Database, prepared: Omit<PreparedViewRecord, 'id' | 'revision'>): Promise<PreparedViewRecord> {
  const { view, image, plain, mask, abnormalityKind, geometry, ...rest } = prepared;
  const id = preparedViewIdOf(view, abnormalityKind);
  const row = {
    ...rest,
    geometry: toRequiredJson(geometry),
    imageSha256: image.sha256,
    imageUri: image.uri,
    imageSizeBytes: BigInt(image.sizeBytes),
    plainSha256: plain?.sha256 ?? null,
    plainUri: plain?.uri ?? null,
    plainSizeBytes: plain === undefined ? null : BigInt(plain.sizeBytes),
    maskSha256: mask?.sha256 ?? null,
    maskUri: mask?.uri ?? null,
    maskSizeBytes: mask === undefined ? null : BigInt(mask.sizeBytes),
  };
  const saved = await db.preparedView.upsert({
    where: { id },
    create: { id, viewId: viewIdOf(view), abnormalityKind, revision: 1, ...row },
    update: { ...row, revision: { increment: 1 } },
  });
  return toPreparedViewOf(view, saved);
}
