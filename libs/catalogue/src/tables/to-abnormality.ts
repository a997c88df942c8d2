import { z } from 'zod';
import { orUndefined } from '../database/columns.ts';
import type { Abnormality } from '../gen/client.ts';
import type { AbnormalityRecord } from '../records.ts';

/** What a record is made of, without the view's keys. */
export type AbnormalityColumns = Omit<Abnormality, 'id' | 'viewId' | 'patientCode' | 'laterality' | 'position'>;

const attributes = z.record(z.string(), z.string());

export function toAbnormality(row: AbnormalityColumns): AbnormalityRecord {
  return {
    kind: row.kind,
    number: row.number,
    officialSplit: row.officialSplit,
    pathology: orUndefined(row.pathology),
    assessment: orUndefined(row.assessment),
    subtlety: orUndefined(row.subtlety),
    attributes: attributes.parse(row.attributes),
    inTables: row.inTables,
    fullPath: orUndefined(row.fullPath),
    cropPath: orUndefined(row.cropPath),
    maskPath: orUndefined(row.maskPath),
  };
}
