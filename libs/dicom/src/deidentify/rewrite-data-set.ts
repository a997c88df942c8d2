import { invalid } from '@mammoline/kernel';
import type { ElementSyntax } from '../read-element-head.ts';
import type { PixelCodec } from '../transfer-syntax.ts';
import { formatTag } from '../skip-undefined-length.ts';
import { openPixelData, sequenceEnd, writeElement, writeItem, writeText } from '../write-element.ts';
import { basicProfile } from './basic-profile.ts';
import type { ProfileRule } from './basic-profile.ts';
import { blankStreamComments } from './blank-stream-comments.ts';
import type { ReportBuilder } from './deidentification-report.ts';
import { isPlainValue } from './is-plain-value.ts';
import { keptAttributes } from './kept-attributes.ts';
import type { KeptAttribute } from './kept-attributes.ts';
import { pseudonymisePatientId } from './pseudonymise-patient-id.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { walkElements, walkItems } from './walk-elements.ts';
import type { WalkedElement } from './walk-elements.ts';

export interface WrittenElement {
  readonly tag: number;
  readonly parts: readonly Uint8Array[];
}

/** What the file itself says, of the data set's own level, as it is written. */
export interface DataSetFacts {
  sopClassUid?: string;
  sopInstanceUid?: string;
  burnedIn?: string;
}

interface Context {
  readonly pseudonyms: Pseudonyms;
  readonly report: ReportBuilder;
  /** Of compressed pixels; undefined where these are of a kind that is not known here. */
  readonly codec: PixelCodec | undefined;
  /** Of the sequences that may still come within each other. */
  readonly maxDepth: number;
}

const sopClassUidTag = 0x00080016;
const sopInstanceUidTag = 0x00080018;
const seriesDescriptionTag = 0x0008103e;
const patientIdTag = 0x00100020;
const burnedInTag = 0x00280301;
/** Of integers, of floats and of doubles. */
const pixelDataTags: ReadonlySet<number> = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);

/** Writes a data set, or an item, anew: each element by the profile's rule, by the list of what is kept, or not at all. @throws Failure invalid as walkElements */
export function rewriteDataSet(
  bytes: Uint8Array,
  range: { readonly start: number; readonly end: number },
  syntax: ElementSyntax,
  context: Context,
): { readonly elements: readonly WrittenElement[]; readonly facts: DataSetFacts } {
  const facts: DataSetFacts = {};
  const elements: WrittenElement[] = [];
  for (const element of walkElements(bytes, range, syntax, context.maxDepth)) {
    const value = bytes.subarray(element.valueOffset, element.valueEnd);
    const parts = rewrite(element, value, bytes, syntax, context, facts);
    if (parts !== undefined) elements.push({ tag: element.tag, parts });
  }
  return { elements, facts };
}

function rewrite(
  element: WalkedElement,
  value: Uint8Array,
  bytes: Uint8Array,
  syntax: ElementSyntax,
  context: Context,
  facts: DataSetFacts,
): readonly Uint8Array[] | undefined {
  const { tag } = element;
  // Lengths of groups are wrong once anything changes, and are retired (PS3.5, 7.2).
  if ((tag & 0xffff) === 0) return undefined;
  const rule = basicProfile.get(tag);
  if (rule !== undefined) return applyRule(rule, element, value, syntax, context, facts);
  const kept = keptAttributes.get(tag);
  const parts = kept === undefined ? undefined : keep(kept, element, value, bytes, syntax, context);
  if (parts === undefined) {
    const isPrivate = (tag >>> 16) % 2 === 1;
    const text = formatTag(tag);
    if (isPrivate) context.report.changed(`${text.slice(0, 6)}xxxx)`, 'private attributes', 'removed');
    else context.report.changed(text, kept?.name ?? 'not on the list of what is kept', 'removed');
    return undefined;
  }
  context.report.kept();
  if (tag === sopClassUidTag) facts.sopClassUid = textOf(value);
  if (tag === burnedInTag) facts.burnedIn = textOf(value).toUpperCase();
  return parts;
}

function applyRule(
  { name, vr, action }: ProfileRule,
  { tag, vr: writtenVr }: WalkedElement,
  value: Uint8Array,
  syntax: ElementSyntax,
  { pseudonyms, report }: Context,
  facts: DataSetFacts,
): readonly Uint8Array[] | undefined {
  const text = textOf(value);
  const done = (what: Parameters<ReportBuilder['changed']>[2]): void => {
    report.changed(formatTag(tag), name, what);
  };
  const written = (replacement: string): readonly Uint8Array[] => writeText(tag, vr, replacement, syntax);
  if (tag === patientIdTag) {
    const pseudonym = pseudonymisePatientId(text, pseudonyms);
    done(pseudonym === '' ? 'emptied' : 'pseudonym');
    return written(pseudonym);
  }
  if (tag === seriesDescriptionTag) {
    const term = seriesTerm(text);
    done(term === undefined ? 'removed' : 'pseudonym');
    return term === undefined ? undefined : written(term);
  }
  switch (action) {
    case 'X':
      done('removed');
      return undefined;
    case 'Z':
      done('emptied');
      return writeElement(tag, writtenVr ?? vr, [], syntax);
    case 'U': {
      const uid = text
        .split('\\')
        .map((one) => pseudonyms.uid(one.trim()))
        .join('\\');
      if (tag === sopInstanceUidTag) facts.sopInstanceUid = uid;
      done('pseudonym');
      return written(uid);
    }
    case 'D':
      done('dummy');
      return written(dummies[vr] ?? '');
  }
}

/** Values that say nothing. What has no entry (sequences, bytes) is left empty. */
const dummies: Readonly<Record<string, string>> = {
  AE: 'REMOVED',
  AS: '000Y',
  CS: 'REMOVED',
  DA: '19000101',
  DT: '19000101000000',
  LO: 'REMOVED',
  LT: 'REMOVED',
  PN: 'REMOVED',
  SH: 'REMOVED',
  ST: 'REMOVED',
  TM: '000000',
  UC: 'REMOVED',
  UI: '2.25.0',
  UR: 'urn:removed',
  UT: 'REMOVED',
};

/** CBIS-DDSM's three descriptions, by which images are told apart. Whatever else a description says is free text. */
function seriesTerm(description: string): string | undefined {
  if (/full\W*mammogram/i.test(description)) return 'full mammogram images';
  if (/crop/i.test(description)) return 'cropped images';
  return /roi|mask/i.test(description) ? 'ROI mask images' : undefined;
}

/** @returns undefined where the value is not what the standard has there */
function keep(
  { vrs }: KeptAttribute,
  { tag, vr, lengthBytes, valueOffset, valueEnd }: WalkedElement,
  value: Uint8Array,
  bytes: Uint8Array,
  syntax: ElementSyntax,
  context: Context,
): readonly Uint8Array[] | undefined {
  const isOfVr = vr === undefined || vrs.includes(vr);
  if (!isOfVr && pixelDataTags.has(tag)) throw invalid(`found pixels of representation ${vr}; expected ${vrs.join(' or ')}`);
  if (!isOfVr) return undefined;
  if (pixelDataTags.has(tag)) {
    if (lengthBytes !== undefined) return writeElement(tag, vr ?? 'OW', [value], syntax);
    const fragments = withoutComments(bytes, { start: valueOffset, end: valueEnd }, syntax, context);
    return [openPixelData(tag, syntax), fragments, sequenceEnd(syntax)];
  }
  if (vrs.includes('SQ')) {
    if (context.maxDepth === 0) throw invalid(`${formatTag(tag)} lies too deep in sequences; expected fewer within each other`);
    const within = { ...context, maxDepth: context.maxDepth - 1 };
    const items: Uint8Array[] = [];
    for (const item of walkItems(bytes, { start: valueOffset, end: valueEnd }, syntax, context.maxDepth)) {
      const { elements } = rewriteDataSet(bytes, item, syntax, within);
      items.push(
        ...writeItem(
          elements.flatMap(({ parts }) => parts),
          syntax,
        ),
      );
    }
    return writeElement(tag, 'SQ', items, syntax);
  }
  return isPlainValue(value, vrs[0] ?? '') ? writeElement(tag, vr ?? vrs[0] ?? '', [value], syntax) : undefined;
}

/** @throws Failure invalid for pixels of a codec that is not known here: what else is in them can't be told */
function withoutComments(
  bytes: Uint8Array,
  range: { readonly start: number; readonly end: number },
  syntax: ElementSyntax,
  { codec, report, maxDepth }: Context,
): Uint8Array {
  if (codec === undefined)
    throw invalid(
      'the pixels are compressed in a way that is not decoded here, so what else is in them can not be told: convert the file first',
    );
  const fragments = Buffer.from(bytes.subarray(range.start, range.end));
  for (const { start, end } of walkItems(bytes, range, syntax, maxDepth)) {
    const isBlanked = blankStreamComments(fragments.subarray(start - range.start, end - range.start), codec);
    if (isBlanked) report.changed('(7fe0,0010)', 'comments beside compressed pixels', 'removed');
  }
  return fragments;
}

const textOf = (value: Uint8Array): string =>
  Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
