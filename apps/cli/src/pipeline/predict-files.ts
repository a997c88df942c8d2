import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { predictionV1 } from '@mammoline/contracts';
import { readPixels } from '@mammoline/dicom';
import { decodeMaskPng, maskToPolygons, maskToRunLengths, packMask, type Polygon, type RunLengths } from '@mammoline/imaging';
import { Failure, invalid, toFailure } from '@mammoline/kernel';
import { ClientError, Status } from 'nice-grpc';
import { prediction, type LaptopClients } from '../clients/laptop-clients.ts';
import { predictionColour } from '../drawing/colours.ts';
import { pixelWidthOf } from '../drawing/scale-bar.ts';
import { drawOverlay, wholeOf } from '../report/images/draw-overlay.ts';
import { windowGrey } from '../report/images/window-grey.ts';
import type { ProgressDisplay } from '../terminal/progress.ts';

/** An entry of predictions.json. */
export interface FilePrediction {
  readonly file: string;
  readonly mask: string;
  readonly overlay: string;
  readonly modelVersionId: string;
  /** Largest pixel probability, 0 to 1. */
  readonly probability: number;
  readonly threshold: number;
  readonly rows: number;
  readonly columns: number;
  readonly areaPx: number;
  readonly areaMm2: number | undefined;
  /** How much the looks disagree, 0 to 1; absent, as what follows, where the model looks once. */
  readonly uncertainty?: number | undefined;
  /** Whether that is above the limit that was chosen on the validation patients: a person should look. */
  readonly isAbstained?: boolean | undefined;
  /** The file of the uncertainty's map. */
  readonly uncertaintyMap?: string | undefined;
  /** The mask's areas with their holes; no border pixel lies farther than {@link polygonTolerancePx} from them. */
  readonly polygons: readonly Polygon[];
  /** The mask again, exactly. */
  readonly runLengths: RunLengths;
  readonly regions: readonly {
    readonly areaPx: number;
    readonly areaMm2: number | undefined;
    readonly probability: number;
    readonly contour: readonly number[];
  }[];
}

const overlaySidePx = 1200;
const polygonTolerancePx = 1;

/** A file that is no mammogram, or can't be read. */
export interface RefusedFile {
  readonly file: string;
  readonly reason: string;
}

/** Sends files to the predictor and writes the answers as pictures and as predictions.json; one that can't be predicted does not stop the others. */
export async function predictFiles(
  clients: LaptopClients,
  options: { readonly files: readonly string[]; readonly output: string; readonly modelVersionId: string },
  progress: ProgressDisplay,
  signal: AbortSignal,
): Promise<{ readonly predictions: readonly FilePrediction[]; readonly refused: readonly RefusedFile[] }> {
  const names = namesOf(options.files);
  const output = resolve(options.output);
  await mkdir(output, { recursive: true });
  const predictions: FilePrediction[] = [];
  const refused: RefusedFile[] = [];
  for (const [file, name] of names) {
    progress.update('predict', { done: predictions.length + refused.length, total: names.size });
    try {
      const dicom = await readFile(file).catch((error: unknown) => {
        throw toFailure(error, 'invalid', 'it could not be read');
      });
      const answer = await clients.call(prediction, (client) =>
        client.predict({ source: { $case: 'dicom', value: dicom }, modelVersionId: options.modelVersionId }, { signal }),
      );
      if (answer.prediction === undefined) throw invalid('the predictor answered without a prediction');
      predictions.push(await writePrediction(file, name, dicom, answer.prediction, output));
    } catch (error) {
      const reason = faultOfFile(error);
      if (reason === undefined) throw error;
      refused.push({ file, reason });
    }
  }
  progress.update('predict', { done: names.size, total: names.size });
  await writeFile(join(output, 'predictions.json'), `${JSON.stringify(predictions, undefined, 2)}\n`);
  return { predictions, refused };
}

/** What is wrong with the file; undefined where it is not the file that is wrong, and the next one would meet the same. */
function faultOfFile(error: unknown): string | undefined {
  if (error instanceof Failure && error.kind === 'invalid') return error.message;
  // The service names the field at fault first.
  const [field, ...reason] = error instanceof ClientError && error.code === Status.INVALID_ARGUMENT ? error.details.split(': ') : [];
  return field === 'dicom' ? reason.join(': ') : undefined;
}

async function writePrediction(
  file: string,
  name: string,
  dicom: Uint8Array,
  answer: predictionV1.Prediction,
  output: string,
): Promise<FilePrediction> {
  const [mask, overlay, map] = [`${name}_MASK.png`, `${name}_OVERLAY.png`, `${name}_UNCERTAINTY.png`];
  await writeFile(join(output, mask), answer.maskPng);
  if (answer.uncertainty !== undefined) await writeFile(join(output, map), answer.uncertaintyMapPng);
  const { header, pixels } = readPixels(dicom);
  const image = windowGrey(pixels);
  const predicted = await decodeMaskPng(answer.maskPng);
  const picture = await drawOverlay(image, [{ mask: predicted, colour: predictionColour, name: 'prediction' }], {
    region: wholeOf(image),
    maxSidePx: Math.min(overlaySidePx, Math.max(image.rows, image.columns)),
    hasLegend: true,
    pixelWidth: pixelWidthOf(header),
  });
  await picture.png().toFile(join(output, overlay));
  const bits = packMask(predicted);
  return {
    file,
    mask,
    overlay,
    modelVersionId: answer.modelVersionId,
    probability: answer.probability,
    threshold: answer.threshold,
    rows: answer.rows,
    columns: answer.columns,
    areaPx: Number(answer.areaPx),
    areaMm2: answer.areaMm2,
    ...(answer.uncertainty === undefined ? {} : { uncertainty: answer.uncertainty, isAbstained: answer.isAbstained, uncertaintyMap: map }),
    polygons: maskToPolygons(bits, polygonTolerancePx),
    runLengths: maskToRunLengths(bits),
    regions: answer.regions.map(({ areaPx, areaMm2, probability, contour }) => ({ areaPx: Number(areaPx), areaMm2, probability, contour })),
  };
}

/** What the outputs of each file are called: its name, or its name and number where several files have one. */
function namesOf(files: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const file of files) {
    const plain = basename(file, extname(file));
    let name = plain;
    for (let number = 2; taken.has(name); number += 1) name = `${plain}-${String(number)}`;
    taken.add(name);
    names.set(file, name);
  }
  return names;
}
