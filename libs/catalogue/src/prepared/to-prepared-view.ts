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
  const { maskSha256, maskUri, maskSizeBytes } = row;
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
    mask:
      maskSha256 === null || maskUri === null || maskSizeBytes === null
        ? undefined
        : toBlobRef({ sha256: maskSha256, sizeBytes: maskSizeBytes, uri: maskUri }),
  };
}
