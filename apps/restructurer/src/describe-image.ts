import type { BlobStore } from '@mammoline/blobs';
import type { CatalogueReader, NewImage, NewRepair } from '@mammoline/catalogue';
import type { BlobRef } from '@mammoline/contracts';
import { defaultDicomLimits, readDicomHead } from '@mammoline/dicom';
import type { DicomHeader, DicomLimits } from '@mammoline/dicom';
import { formatCaseName } from '@mammoline/kernel';
import type { AbnormalityKind, CaseRef } from '@mammoline/kernel';
import { classifyImage } from './classify/classify-image.ts';
import { nameCase } from './classify/name-case.ts';
import type { CaseNaming } from './classify/name-case.ts';
import { readPixelFacts } from './classify/read-pixel-facts.ts';

export interface DescribeImagePorts {
  readonly catalogue: Pick<CatalogueReader, 'abnormality' | 'imagesOfSeries'>;
  readonly blobs: Pick<BlobStore, 'head' | 'get'>;
  readonly dicomLimits?: DicomLimits;
}

/** The catalogue's record of a file, and what had to be mended to make it. */
export async function describeImage(
  blob: BlobRef,
  sourcePath: string,
  ports: DescribeImagePorts,
  signal: AbortSignal,
): Promise<{ readonly image: NewImage; readonly repairs: readonly NewRepair[] }> {
  const { dicomLimits = defaultDicomLimits } = ports;
  const inspected = await readDicomHead((lengthBytes) => ports.blobs.head(blob, lengthBytes, signal), blob.sizeBytes, dicomLimits);
  if (!inspected.ok)
    return { image: unknownImage(blob, sourcePath, undefined, `${inspected.error.reason}: ${inspected.error.detail}`), repairs: [] };
  const header = inspected.value;
  const unknown = (reason: string) => ({ image: unknownImage(blob, sourcePath, header, reason), repairs: [] });
  if (header.pixelData === undefined || header.rows === 0 || header.columns === 0)
    return unknown(`no image in it (${header.modality ?? 'no modality'})`);

  const naming = await placePrefixless(nameCase(header.patientId, sourcePath), header, ports.catalogue);
  if (naming.kind === 'unnamed') return unknown(naming.reason);
  if (naming.kind === 'prefixless') {
    return unknown(
      `PatientID ${JSON.stringify(naming.patientId)} lacks Mass or Calc and the split; neither path, series nor tables tell them`,
    );
  }
  const facts = { ...header, sourcePath, isNumbered: naming.abnormalityNumber !== undefined };
  let classified = classifyImage(facts, undefined);
  if (classified === 'needs-pixels')
    classified = classifyImage(facts, await readPixelFacts(blob, { blobs: ports.blobs, dicomLimits }, signal));
  if (classified === 'needs-pixels') return unknown('the pixels do not tell its kind');
  const { kind, evidence, described } = classified;
  if (kind !== 'FULL' && naming.abnormalityNumber === undefined) return unknown(`a ${kind} (${evidence}) without an abnormality number`);

  const repairs: NewRepair[] = naming.quirks.map((quirk) => ({ ...quirk, subject: sourcePath }));
  if (header.seriesDescription === undefined) {
    repairs.push({ kind: 'missing-description', subject: sourcePath, was: 'no SeriesDescription', now: `${kind} by ${evidence}` });
  } else if (described !== undefined && described !== kind) {
    repairs.push({ kind: 'description-contradicted', subject: sourcePath, was: header.seriesDescription, now: `${kind} by ${evidence}` });
  }
  const image: NewImage = {
    blob,
    sourcePath,
    header: headerRecord(header),
    case: naming.case,
    kind,
    abnormalityNumber: kind === 'FULL' ? undefined : naming.abnormalityNumber,
    evidence,
  };
  return { image, repairs };
}

/** A PatientID such as `P_00038_LEFT_CC_1` with a path that says nothing: the other image of its series, else the tables, know the case. */
async function placePrefixless(naming: CaseNaming, header: DicomHeader, catalogue: DescribeImagePorts['catalogue']): Promise<CaseNaming> {
  if (naming.kind !== 'prefixless') return naming;
  const { view, abnormalityNumber, patientId } = naming;
  const isOfView = (ref: CaseRef): boolean =>
    ref.patient === view.patient && ref.laterality === view.laterality && ref.position === view.position;
  const named = (ref: CaseRef): CaseNaming => {
    const number = abnormalityNumber === undefined ? '' : `_${String(abnormalityNumber)}`;
    const quirk = { kind: 'patient-id-prefix', was: patientId, now: `${formatCaseName(ref)}${number}` } as const;
    return { kind: 'named', case: ref, abnormalityNumber, quirks: [quirk] };
  };
  const siblings = header.seriesInstanceUid === undefined ? [] : await catalogue.imagesOfSeries(header.seriesInstanceUid);
  const sibling = siblings.find((image) => image.case !== undefined && isOfView(image.case));
  if (sibling?.case !== undefined) return named(sibling.case);
  const kinds: readonly AbnormalityKind[] = ['MASS', 'CALCIFICATION'];
  const rows = await Promise.all(kinds.map((kind) => catalogue.abnormality(view, kind, abnormalityNumber ?? 1)));
  const candidates = rows.filter((row) => row?.inTables === true);
  // Both tables may know the view and number: then only a path with this series decides.
  const ofSeries = candidates.filter((row) =>
    [row?.fullPath, row?.cropPath, row?.maskPath].some((path) => mentions(path, header.seriesInstanceUid)),
  );
  const [row, ...others] = ofSeries.length > 0 ? ofSeries : candidates;
  if (row === undefined || others.length > 0) return naming;
  return named({ ...view, kind: row.kind, split: row.officialSplit });
}

const mentions = (path: string | undefined, seriesUid: string | undefined): boolean =>
  seriesUid !== undefined && path?.includes(`/${seriesUid}/`) === true;

function unknownImage(blob: BlobRef, sourcePath: string, header: DicomHeader | undefined, reason: string): NewImage {
  const record = header === undefined ? emptyHeader : headerRecord(header);
  return { blob, sourcePath, header: record, case: undefined, kind: 'UNKNOWN', abnormalityNumber: undefined, evidence: reason };
}

const emptyHeader: NewImage['header'] = {
  sopInstanceUid: '',
  seriesInstanceUid: '',
  rows: 0,
  columns: 0,
  bitsAllocated: 0,
  bitsStored: 0,
  photometric: '',
  pixelSpacingMm: undefined,
};

const headerRecord = (header: DicomHeader): NewImage['header'] => ({
  sopInstanceUid: header.sopInstanceUid ?? '',
  seriesInstanceUid: header.seriesInstanceUid ?? '',
  rows: header.rows,
  columns: header.columns,
  bitsAllocated: header.bitsAllocated,
  bitsStored: header.bitsStored,
  photometric: header.photometric ?? '',
  pixelSpacingMm: header.pixelSpacingMm ?? header.imagerPixelSpacingMm,
});
