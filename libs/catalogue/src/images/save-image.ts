import { bug, formatImageName, type CaseRef, type Uuid } from '@mammoline/kernel';
import type { Database } from '../database/connect.ts';
import { abnormalityIdOf, imageIdOf, viewIdOf } from '../database/ids.ts';
import type { ImageRecord, NewImage } from '../records.ts';
import { toImage } from './to-image.ts';

export interface SavedImage {
  readonly image: ImageRecord;
  readonly sameName: readonly ImageRecord[];
  readonly isNew: boolean;
}

/**
 * Inserts an image with what it implies, or places one that is there as UNKNOWN and has a case now; any other repeat changes nothing. The view's
 * row lock orders the writers of a view, and variants follow the source paths, so the rows that a set of images leaves do not depend on the
 * order in which they came.
 *
 * @returns `isNew`: inserted or placed
 * @throws Failure bug for a FULL, CROP or MASK without a case
 */
export async function saveImage(db: Database, image: NewImage): Promise<SavedImage> {
  const id = imageIdOf(image.blob.sha256);
  const found = await db.image.findUnique({ where: { id }, select: { kind: true } });
  const isFinal = found !== null && (found.kind !== 'UNKNOWN' || image.kind === 'UNKNOWN');
  const isNew = !isFinal && (await insertOrPlace(db, id, image));
  const { name } = await db.image.findUniqueOrThrow({ where: { id }, select: { name: true } });
  const named = await db.image.findMany({ where: { name }, orderBy: { variant: 'asc' }, include: { view: true } });
  const records = named.map(toImage);
  const saved = records.find((record) => record.id === id);
  if (saved === undefined) throw bug(`image ${id} is not there after it was saved`);
  return { image: saved, sameName: records.filter((record) => record !== saved), isNew };
}

/** False where another transaction did it first. */
async function insertOrPlace(db: Database, id: Uuid, image: NewImage): Promise<boolean> {
  const viewId = image.kind === 'UNKNOWN' ? undefined : await lockViewOf(db, image);
  const name = nameOf(image);
  const row = { name, viewId: viewId ?? null, ...toColumns(image) };
  const inserted = await db.image.createMany({ data: [{ id, ...row }], skipDuplicates: true });
  if (viewId === undefined) return inserted.count === 1;
  const placed = inserted.count === 1 ? inserted : await db.image.updateMany({ where: { id, kind: 'UNKNOWN' }, data: row });
  if (placed.count === 0) return false;
  await db.view.update({ where: { id: viewId }, data: { revision: { increment: 1 } }, select: { id: true } });
  await renumberVariants(db, name);
  return true;
}

function nameOf(image: NewImage): string {
  if (image.kind === 'UNKNOWN') return `UNKNOWN_${image.blob.sha256}`;
  return formatImageName(caseOf(image), image.kind, image.abnormalityNumber, 1);
}

function caseOf(image: NewImage): CaseRef {
  if (image.case === undefined) throw bug(`${image.sourcePath}: a ${image.kind} has no case; only an UNKNOWN may have none`);
  return image.case;
}

/** Makes the view, its patient and the abnormality that a crop or mask names, and locks the view. */
async function lockViewOf(db: Database, image: NewImage): Promise<Uuid> {
  const of = caseOf(image);
  const viewId = viewIdOf(of);
  await db.patient.createMany({ data: [{ code: of.patient }], skipDuplicates: true });
  await db.view.createMany({
    data: [{ id: viewId, patientCode: of.patient, laterality: of.laterality, position: of.position }],
    skipDuplicates: true,
  });
  await db.$queryRaw`SELECT 1 FROM "View" WHERE id = ${viewId}::uuid FOR UPDATE`;
  await db.$executeRaw`
    INSERT INTO "Case" (kind, "officialSplit", "patientCode", laterality, position)
    VALUES (${of.kind}::"AbnormalityKind", ${of.split}::"OfficialSplit", ${of.patient}, ${of.laterality}::"Laterality", ${of.position}::"ViewPosition")
    ON CONFLICT DO NOTHING`;
  if (image.kind !== 'FULL' && image.abnormalityNumber !== undefined) {
    // Images of one abnormality may state different splits: the lesser one stays, whichever came first. A table's word is not touched.
    await db.$executeRaw`
      INSERT INTO "Abnormality" AS old (id, "viewId", "patientCode", laterality, position, kind, number, "officialSplit", "inTables")
      VALUES (${abnormalityIdOf(of, of.kind, image.abnormalityNumber)}::uuid, ${viewId}::uuid, ${of.patient}, ${of.laterality}::"Laterality",
        ${of.position}::"ViewPosition", ${of.kind}::"AbnormalityKind", ${image.abnormalityNumber}, ${of.split}::"OfficialSplit", false)
      ON CONFLICT ("viewId", kind, number) DO UPDATE SET "officialSplit" = excluded."officialSplit"
      WHERE NOT old."inTables" AND excluded."officialSplit" < old."officialSplit"`;
  }
  return viewId;
}

function toColumns({ blob, sourcePath, header, case: of, kind, abnormalityNumber, evidence }: NewImage) {
  const { pixelSpacingMm, ...plainHeader } = header;
  return {
    sha256: blob.sha256,
    uri: blob.uri,
    sizeBytes: BigInt(blob.sizeBytes),
    sourcePath,
    kind,
    evidence,
    abnormalityKind: kind === 'UNKNOWN' ? null : (of?.kind ?? null),
    officialSplit: kind === 'UNKNOWN' ? null : (of?.split ?? null),
    abnormalityNumber: abnormalityNumber ?? null,
    ...plainHeader,
    pixelSpacingMm: pixelSpacingMm === undefined ? [] : [...pixelSpacingMm],
  };
}

/** By source path in the order of its bytes: the collation of the database must not change names. */
async function renumberVariants(db: Database, name: string): Promise<void> {
  await db.$executeRaw`
    UPDATE "Image" AS i SET variant = numbered.variant
    FROM (
      SELECT id, row_number() OVER (ORDER BY "sourcePath" COLLATE "C", sha256 COLLATE "C") AS variant FROM "Image" WHERE name = ${name}
    ) AS numbered
    WHERE i.id = numbered.id AND i.variant <> numbered.variant`;
}
