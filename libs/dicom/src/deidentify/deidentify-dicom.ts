import { describeError, Failure, invalid } from '@mammoline/kernel';
import type { DicomLimits } from '../dicom-limits.ts';
import { fileMeta } from '../file-meta.ts';
import { openDataSet } from '../parse-data-set.ts';
import { explicitVrLittleEndian, transferSyntaxOf } from '../transfer-syntax.ts';
import { writeElement, writeItem, writeText } from '../write-element.ts';
import type { ElementSyntax } from '../read-element-head.ts';
import { ReportBuilder } from './deidentification-report.ts';
import type { DeidentificationReport } from './deidentification-report.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { rewriteDataSet } from './rewrite-data-set.ts';
import type { WrittenElement } from './rewrite-data-set.ts';

export interface DeidentifiedDicom {
  /** The file, part after part; pixels are views of the file that came in. */
  readonly parts: readonly Uint8Array[];
  readonly report: DeidentificationReport;
}

/** Names that are burnt into the pixels, which nothing here removes: the file is not taken. */
export class BurnedInAnnotation extends Failure {
  constructor() {
    super(
      'invalid',
      'Burned In Annotation (0028,0301) is YES: names may be drawn into the pixels, which de-identification does not change; expected NO, or a file without that statement: have the pixels looked at and mended first',
    );
  }
}

/** PS3.16, CID 7050. */
const method = 'Mammoline: PS3.15 Basic Profile, keyed pseudonyms';

/**
 * Applies the Basic Application Level Confidentiality Profile (PS3.15, annex E; see basic-profile.ts) to a file and all sequences in it: what may tell a person is removed,
 * emptied or replaced, and what the profile does not name is removed too unless it is on the list of what is kept. The same file and key give the same bytes.
 * Transfer syntax and pixels stay, without the comments in compressed ones; a deflated file becomes explicit little endian.
 * @throws BurnedInAnnotation; Failure invalid, with places and no values, for a file that can't be read whole
 */
export function deidentifyDicom(fileBytes: Uint8Array, pseudonyms: Pseudonyms, limits: DicomLimits): DeidentifiedDicom {
  if (fileBytes.length > limits.maxDecodedBytes) {
    throw invalid(
      `found ${String(fileBytes.length)} bytes; a file is de-identified as a whole in memory, expected at most ${String(limits.maxDecodedBytes)} (MAMMOLINE_DICOM_MAX_DECODED_BYTES)`,
    );
  }
  const opened = open(fileBytes, limits);
  const { deflated, explicitVr, littleEndian, codec } = transferSyntaxOf(opened.transferSyntaxUid);
  const syntax: ElementSyntax = { explicitVr, littleEndian };
  const report = new ReportBuilder();
  const range = { start: opened.start, end: opened.bytes.length };
  const { elements, facts } = rewriteDataSet(opened.bytes, range, syntax, {
    pseudonyms,
    report,
    codec,
    maxDepth: limits.maxSequenceDepth,
  });
  if (facts.burnedIn === 'YES') throw new BurnedInAnnotation();
  const marked = [...elements.filter(({ tag }) => !markTags.has(tag)), ...marks(syntax)].sort((a, b) => a.tag - b.tag);
  const meta = fileMeta({
    sopClassUid: facts.sopClassUid ?? '',
    sopInstanceUid: facts.sopInstanceUid ?? '',
    transferSyntaxUid: deflated ? explicitVrLittleEndian : opened.transferSyntaxUid,
  });
  return {
    parts: [...meta, ...marked.flatMap(({ parts }) => parts)],
    report: report.build(facts.burnedIn === 'NO' ? 'NO' : 'unstated'),
  };
}

function open(fileBytes: Uint8Array, limits: DicomLimits) {
  try {
    const opened = openDataSet(fileBytes, limits);
    if (opened !== undefined) return opened;
  } catch (error) {
    throw invalid(`the deflated data set can't be inflated: ${describeError(error)}`, { cause: error });
  }
  throw invalid('found no data set; expected a DICOM file');
}

/** What the profile asks to be said of a file that it was applied to (PS3.15, E.1.1 and E.3.6). */
function marks(syntax: ElementSyntax): readonly WrittenElement[] {
  const text = (tag: number, vr: string, value: string): WrittenElement => ({ tag, parts: writeText(tag, vr, value, syntax) });
  const code = [
    text(0x00080100, 'SH', '113100'),
    text(0x00080102, 'SH', 'DCM'),
    text(0x00080104, 'LO', 'Basic Application Confidentiality Profile'),
  ];
  const item = writeItem(
    code.flatMap(({ parts }) => parts),
    syntax,
  );
  return [
    text(0x00120062, 'CS', 'YES'),
    text(0x00120063, 'LO', method),
    { tag: 0x00120064, parts: writeElement(0x00120064, 'SQ', item, syntax) },
    text(0x00280303, 'CS', 'REMOVED'),
  ];
}

const markTags: ReadonlySet<number> = new Set([0x00120062, 0x00120063, 0x00120064, 0x00280303]);
