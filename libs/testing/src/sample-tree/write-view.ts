import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeDicom } from '@mammoline/dicom';
import type { Mask } from '@mammoline/imaging';
import { formatCaseName } from '@mammoline/kernel';
import type { Artefacts } from './draw-artefacts.ts';
import type { PlannedAbnormality, PlannedView } from './plan-views.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { renderView } from './render-view.ts';
import type { RenderedView } from './render-view.ts';

/** Paths as the description tables give them: not those on the disk. */
export interface TablePaths {
  readonly full: string;
  readonly crop: string;
  readonly mask: string;
}

/** What truth.json says of an abnormality; the names are those of the tool that checks a run against it. */
export interface AbnormalityTruth {
  readonly id: number;
  /** x0, y0, x1, y1; the end is exclusive. */
  readonly bbox: readonly [number, number, number, number];
  /** Pixels of the mammogram. */
  readonly area: number;
  readonly pathology: string;
  readonly crop: string;
  readonly mask: string;
  /** Rows, columns. */
  readonly mask_shape: readonly [number, number];
  readonly radius: number;
}

export interface ViewTruth {
  readonly case: string;
  readonly rows: number;
  readonly cols: number;
  readonly facing_right: boolean;
  readonly density: number;
  readonly full: string;
  readonly artefacts: Artefacts;
  readonly abnormalities: readonly AbnormalityTruth[];
  readonly quirks: readonly string[];
}

export interface WrittenView {
  readonly truth: ViewTruth;
  /** One for each abnormality, in order. */
  readonly tablePaths: readonly TablePaths[];
  readonly files: number;
}

/** Height over 4504 pixels; width over height. */
type FilmSize = readonly [number, number];

/** Common ones of the real set. */
const filmSizes: readonly [FilmSize, ...FilmSize[]] = [
  [1, 0.641],
  [1.025, 0.653],
  [1.05, 0.618],
  [1.114, 0.547],
  [1.067, 0.629],
  [1.192, 0.535],
];

const uidRoot = '1.3.6.1.4.1.9590.100.1.2.';

/** A UID under CBIS-DDSM's root that depends on its parts alone. */
function makeUid(...parts: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 28);
  return `${uidRoot}${String(BigInt(`0x1${hash}`))}`.slice(0, 60);
}

/** Renders a view and writes its mammogram, crops and masks in the layout of the TCIA download. */
export async function writeView(root: string, seed: number, heightPx: number, view: PlannedView): Promise<WrittenView> {
  const caseName = formatCaseName(view.case);
  const random = createRandom('view', seed, caseName);
  const [heightShare, aspect] = random.pick(filmSizes);
  const rows = Math.round(heightPx * heightShare);
  const { laterality, position } = view.case;
  const rendered = renderView(random, {
    rows,
    columns: Math.round(rows * aspect),
    laterality,
    position,
    density: view.density,
    lesions: view.abnormalities,
    labelTouches: view.quirks.has('touch'),
    fog: random.uniform(0, 0.02) + (view.quirks.has('fog') ? 0.035 : 0),
  });
  const folder = random.integer(10_000, 99_999);
  const study = makeUid(seed, caseName, 'study');
  const series = makeUid(seed, caseName, 'series');
  const full = `CBIS-DDSM/${caseName}/07-20-2016-DDSM-${String(folder)}/1.000000-full mammogram images-${String(folder)}/1-1.dcm`;
  await writeImage(root, full, rendered.image, view, {
    patientId: caseName,
    seriesDescription: view.quirks.has('nodesc_full') ? undefined : 'full mammogram images',
    studyInstanceUid: study,
    seriesInstanceUid: series,
    sopInstanceUid: makeUid(seed, caseName, 'full'),
    instanceNumber: 1,
  });
  const regions: WrittenRegion[] = [];
  for (const [index, abnormality] of view.abnormalities.entries()) {
    const mask = rendered.masks[index];
    if (mask !== undefined)
      regions.push(await writeRegion(root, seed, random, view, rendered, abnormality, mask, rendered.radiiPx[index] ?? 0));
  }
  return {
    truth: {
      case: caseName,
      rows,
      cols: rendered.image.columns,
      facing_right: rendered.facingRight,
      density: view.density,
      full,
      artefacts: rendered.artefacts,
      abnormalities: regions.map((region) => region.truth),
      quirks: [...view.quirks].sort(),
    },
    tablePaths: regions.map(({ crop, mask }) => ({ full: `${caseName}/${study}/${series}/000000.dcm`, crop, mask })),
    files: 1 + regions.reduce((sum, region) => sum + region.files, 0),
  };
}

interface WrittenRegion {
  readonly truth: AbnormalityTruth;
  readonly crop: string;
  readonly mask: string;
  readonly files: number;
}

async function writeRegion(
  root: string,
  seed: number,
  random: Random,
  view: PlannedView,
  { image }: RenderedView,
  abnormality: PlannedAbnormality,
  mask: Mask,
  radiusPx: number,
): Promise<WrittenRegion> {
  const { quirks } = view;
  const name = `${formatCaseName(view.case)}_${String(abnormality.number)}`;
  const box = boundingBox(mask);
  const [x0, y0, x1, y1] = box;
  const [marginX, marginY] = [Math.trunc((x1 - x0) * 0.12) + 2, Math.trunc((y1 - y0) * 0.12) + 2];
  const crop = cutOut(
    image,
    Math.max(0, x0 - marginX),
    Math.max(0, y0 - marginY),
    Math.min(image.columns, x1 + marginX),
    Math.min(image.rows, y1 + marginY),
  );
  const stored = quirks.has('mask_size') ? resized(mask, random, quirks.has('mask_aspect')) : mask;
  const maskImage = { rows: stored.rows, columns: stored.columns, data: stored.data.map((value) => value * 255) };

  const folder = random.integer(10_000, 99_999);
  const top = `CBIS-DDSM/${name}/07-20-2016-DDSM-${String(folder)}`;
  const study = makeUid(seed, name, 'study');
  const cropSeries = makeUid(seed, name, 'crop');
  const maskSeries = quirks.has('two_series') ? makeUid(seed, name, 'mask') : cropSeries;
  // Which of two files in a folder is the crop is not in their names.
  const cropFirst = random.chance(0.6);
  const seriesFolder = `${top}/1.000000-${quirks.has('nodesc_roi') ? '' : 'ROI mask images'}-${String(folder)}`;
  const [cropPath, maskPath] = quirks.has('two_series')
    ? [`${top}/1.000000-cropped images-${String(folder)}/1-1.dcm`, `${top}/1.000000-ROI mask images-${String(folder + 7)}/1-1.dcm`]
    : [`${seriesFolder}/1-${cropFirst ? '1' : '2'}.dcm`, `${seriesFolder}/1-${cropFirst ? '2' : '1'}.dcm`];
  const tableCrop = `${name}/${study}/${cropSeries}/${quirks.has('two_series') || cropFirst ? '000000' : '000001'}.dcm`;
  const tableMask = `${name}/${study}/${maskSeries}/${quirks.has('two_series') || cropFirst ? '000001' : '000000'}.dcm`;

  // As in the real set, masks of Calc-Test have lost the prefix of their PatientID.
  const maskPatient = view.case.kind === 'CALCIFICATION' && view.case.split === 'TEST' ? name.replace('Calc-Test_', '') : name;
  const named = !quirks.has('nodesc_roi');
  const maskTags = {
    patientId: maskPatient,
    seriesDescription: named ? 'ROI mask images' : undefined,
    studyInstanceUid: study,
    seriesInstanceUid: maskSeries,
  };
  await writeImage(root, cropPath, crop, view, {
    patientId: name,
    seriesDescription: named ? 'cropped images' : undefined,
    studyInstanceUid: study,
    seriesInstanceUid: cropSeries,
    sopInstanceUid: makeUid(seed, name, 'crop file'),
    instanceNumber: 1,
  });
  await writeImage(root, maskPath, maskImage, view, { ...maskTags, sopInstanceUid: makeUid(seed, name, 'mask file'), instanceNumber: 2 });
  const clashes = quirks.has('clash') && abnormality.number === 1;
  if (clashes) {
    const again = `CBIS-DDSM/${name}/07-20-2016-DDSM-${String(folder + 1)}/1.000000-ROI mask images-${String(folder + 1)}/1-1.dcm`;
    await writeImage(root, again, maskImage, view, { ...maskTags, sopInstanceUid: makeUid(seed, name, 'mask again'), instanceNumber: 3 });
  }
  const swapped = quirks.has('swap_csv');
  return {
    truth: {
      id: abnormality.number,
      bbox: box,
      area: mask.data.reduce((sum, value) => sum + value, 0),
      pathology: abnormality.pathology,
      crop: cropPath,
      mask: maskPath,
      mask_shape: [stored.rows, stored.columns],
      radius: Math.round(radiusPx * 10) / 10,
    },
    crop: swapped ? tableMask : tableCrop,
    mask: swapped ? tableCrop : tableMask,
    files: clashes ? 3 : 2,
  };
}

interface ImageTags {
  readonly patientId: string;
  readonly seriesDescription: string | undefined;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly instanceNumber: number;
}

interface Pixels {
  readonly rows: number;
  readonly columns: number;
  readonly data: Uint8Array | Uint16Array;
}

async function writeImage(root: string, path: string, pixels: Pixels, view: PlannedView, tags: ImageTags): Promise<void> {
  const bytes = writeDicom({
    ...pixels,
    ...tags,
    patientId: view.quirks.has('pid_dcm') ? `${tags.patientId}.dcm` : tags.patientId,
    patientOrientation: view.case.position,
    laterality: view.case.laterality.slice(0, 1),
    studyDate: '20160720',
  });
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), bytes);
}

function boundingBox({ rows, columns, data }: Mask): [number, number, number, number] {
  let [x0, y0, x1, y1] = [columns, rows, 0, 0];
  for (const [at, value] of data.entries()) {
    if (value === 0) continue;
    const [x, y] = [at % columns, Math.floor(at / columns)];
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
  }
  return [x0, y0, x1, y1];
}

function cutOut(image: RenderedView['image'], x0: number, y0: number, x1: number, y1: number): Pixels {
  const data = new Uint16Array((x1 - x0) * (y1 - y0));
  for (let y = y0; y < y1; y++) data.set(image.data.subarray(y * image.columns + x0, y * image.columns + x1), (y - y0) * (x1 - x0));
  return { rows: y1 - y0, columns: x1 - x0, data };
}

/** A mask at another size than its mammogram: of the same shape, or of one that no scaling explains. */
function resized(mask: Mask, random: Random, otherAspect: boolean): Mask {
  const scale = random.uniform(1.03, 1.12);
  const rows = Math.round(mask.rows * scale);
  const columns = Math.round(mask.columns * scale * (otherAspect ? random.uniform(1.04, 1.08) : 1));
  const data = new Uint8Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    const from = Math.floor(((y + 0.5) * mask.rows) / rows) * mask.columns;
    for (let x = 0; x < columns; x++) data[y * columns + x] = mask.data[from + Math.floor(((x + 0.5) * mask.columns) / columns)] ?? 0;
  }
  return { rows, columns, data };
}
