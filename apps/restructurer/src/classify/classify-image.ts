import type { ImageKind } from '@mammoline/kernel';
import type { Classification, ImageFacts, PixelFacts } from './image-facts.ts';
import { kindInPath } from './kind-in-path.ts';

/** No crop of CBIS-DDSM has to be this large; a file that is deserves a look at its pixels before it is called a crop. */
const mammogramSizePixels = 4_000_000;

/**
 * Tells FULL, CROP and MASK: by the series description, else by the path, else by name and pixels. Header evidence that contradicts the
 * description (a mask of 16 bits, a crop of 8 or of a mammogram's size, a number where none should be) sends the question to the pixels.
 * It looks at this file alone, so that the answer does not depend on which other files have come.
 * @param pixels undefined at the first call
 * @returns `needs-pixels` where the header does not settle it: call again with the pixel facts
 */
export function classifyImage(facts: ImageFacts, pixels: PixelFacts | undefined): Classification | 'needs-pixels' {
  const described = kindInDescription(facts.seriesDescription);
  if (described !== undefined) {
    const doubt = doubtAbout(described, facts);
    const quoted = `description: ${JSON.stringify(facts.seriesDescription)}`;
    if (doubt === undefined) return { kind: described, evidence: quoted, described };
    if (pixels === undefined) return 'needs-pixels';
    const kind = kindByPixels(facts, pixels, described);
    return { kind, evidence: `${kind === described ? quoted : 'pixels'}: ${doubt}, ${explain(pixels)}`, described };
  }
  const inPath = kindInPath(facts.sourcePath);
  if (inPath !== undefined) return { kind: inPath.kind, evidence: `path: ${JSON.stringify(inPath.words)}`, described };
  if (facts.isNumbered === false) return { kind: 'FULL', evidence: 'name: a case without an abnormality number', described };
  if (pixels === undefined) return 'needs-pixels';
  const kind = kindByPixels(facts, pixels, facts.bitsAllocated === 8 ? 'MASK' : 'CROP');
  return { kind, evidence: `pixels: ${String(facts.bitsAllocated)} bits, ${explain(pixels)}`, described };
}

/** CBIS-DDSM's three descriptions, whatever their case and spacing. */
function kindInDescription(description: string | undefined): ImageKind | undefined {
  if (description === undefined) return undefined;
  if (/full\W*mammogram/i.test(description)) return 'FULL';
  if (/crop/i.test(description)) return 'CROP';
  return /roi|mask/i.test(description) ? 'MASK' : undefined;
}

/** What in the header speaks against the description; undefined where nothing does. */
function doubtAbout(described: ImageKind, facts: ImageFacts): string | undefined {
  const bits = `${String(facts.bitsAllocated)} bits`;
  if (described === 'MASK') return facts.bitsAllocated === 8 ? undefined : bits;
  if (facts.bitsAllocated === 8) return bits;
  if (described === 'FULL') return facts.isNumbered === true ? 'the name has an abnormality number' : undefined;
  if (facts.rows * facts.columns >= mammogramSizePixels) return `${String(facts.rows)} x ${String(facts.columns)} pixels`;
  return undefined;
}

/** One value (an empty mask) or two make a mask; a picture is what the description says, or what the name leaves. */
function kindByPixels(facts: ImageFacts, pixels: PixelFacts, otherwise: ImageKind): ImageKind {
  if ('unreadable' in pixels) return otherwise;
  if (pixels.distinctValues !== 'many') return facts.isNumbered === false ? otherwise : 'MASK';
  if (otherwise !== 'MASK') return otherwise;
  return facts.isNumbered === false ? 'FULL' : 'CROP';
}

function explain(pixels: PixelFacts): string {
  if ('unreadable' in pixels) return `pixels not read (${pixels.unreadable})`;
  return pixels.distinctValues === 'many'
    ? 'more than two values'
    : `${String(pixels.distinctValues)} distinct value${pixels.distinctValues === 1 ? '' : 's'}`;
}
