import { parseSha256, parseUuid, type ViewRef } from '@mammoline/kernel';
import { toBlobRef, toViewRef, type ViewColumns } from '../database/columns.ts';
import type { PreparedView } from '../gen/client.ts';
import type { PreparedViewRecord } from '../records.ts';

/** What a record is made of, without the view's id. */
export type PreparedViewColumns = Omit<PreparedView, 'viewId'>;

/** A row with its view, as `include: { view: true }` reads it. */
export function toPreparedView(row: PreparedView & { readonly view: ViewColumns }): PreparedViewRecord {
  return toPreparedViewOf(toViewRef(row.view), row);
}

/** A row whose view is known already. */
export function toPreparedViewOf(view: ViewRef, row: PreparedViewColumns): PreparedViewRecord {
  return {
    id: parseUuid(row.id),
    view,
    abnormalityKind: row.abnormalityKind,
    officialSplit: row.officialSplit,
    revision: row.revision,
    inputsHash: parseSha256(row.inputsHash),
    recipeHash: parseSha256(row.recipeHash),
    geometry: row.geometry,
    image: toBlobRef({ sha256: row.imageSha256, sizeBytes: row.imageSizeBytes, uri: row.imageUri }),
    plain: blobIfAny(row.plainSha256, row.plainSizeBytes, row.plainUri),
    mask: blobIfAny(row.maskSha256, row.maskSizeBytes, row.maskUri),
  };
}

const blobIfAny = (sha256: string | null, sizeBytes: bigint | null, uri: string | null) =>
  sha256 === null || sizeBytes === null || uri === null ? undefined : toBlobRef({ sha256, sizeBytes, uri });
