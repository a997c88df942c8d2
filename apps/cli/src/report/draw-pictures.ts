import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PredictionRecord, ViewRecord } from '@mammoline/catalogue';
import { formatCaseName, parseCaseName, parseUuid, viewKey, type AbnormalityKind } from '@mammoline/kernel';
import type { Laptop } from '../clients/open-laptop.ts';
import { predictionColour, truthColour } from '../drawing/colours.ts';
import type { ReportData } from './collect-report.ts';
import { drawOverlay, wholeOf, type Drawn } from './images/draw-overlay.ts';
import { regionAround, type Region } from './images/region.ts';
import { loadViewPictures, type ViewPictures } from './images/view-pictures.ts';
import type { ComparedView, PictureWithCaption, Pictures } from './html/pictures.ts';
import type { ViewScoreJson } from './report-json.ts';

/** How many of the best, of the worst, and of the samples are in the page. */
const shownViews = 4;
const sampleViews = 8;
const overlaySidePx = 1000;
const pageSidePx = 460;

/** Draws `overlays/{case}.png` for every scored view, and the pictures of the page. */
export async function drawPictures(laptop: Laptop, data: ReportData, output: string, signal: AbortSignal): Promise<Pictures> {
  const directory = join(output, 'overlays');
  await mkdir(directory, { recursive: true });
  const byKey = new Map(data.views.map((view) => [viewKey(view.ref), view]));
  const sorted = [...data.json.evaluation.perView].sort((a, b) => b.dice - a.dice);
  const bestCount = Math.min(shownViews, Math.ceil(sorted.length / 2));
  const best: ComparedView[] = [];
  const worst: ComparedView[] = [];
  for (const [rank, score] of sorted.entries()) {
    signal.throwIfAborted();
    const parts = parseCaseName(score.case);
    const view = parts === undefined ? undefined : byKey.get(viewKey(parts));
    if (parts === undefined || view === undefined) continue;
    const prediction = await predictionOf(laptop, view, parts.kind, data.model.id);
    const pictures = await loadViewPictures(laptop, view, parts.kind, prediction, signal);
    if (pictures === undefined) continue;
    const whole = await drawOverlay(pictures.image, bothOf(pictures), {
      region: wholeOf(pictures.image),
      maxSidePx: overlaySidePx,
      hasLegend: true,
      pixelWidth: pictures.pixelWidth,
    });
    await whole.png().toFile(join(directory, `${score.case}.png`));
    if (rank < bestCount) best.push(await compare(score, pictures));
    else if (rank >= sorted.length - shownViews) worst.unshift(await compare(score, pictures));
  }
  return { samples: await drawSamples(laptop, data, signal), best, worst };
}

async function predictionOf(
  { catalogue }: Laptop,
  view: ViewRecord,
  kind: AbnormalityKind,
  modelId: string,
): Promise<PredictionRecord | undefined> {
  return catalogue.predictionOf(view.ref, kind, parseUuid(modelId));
}

async function compare(score: ViewScoreJson, pictures: ViewPictures): Promise<ComparedView> {
  const masks = [pictures.truth, pictures.prediction].flatMap((mask) => (mask === undefined ? [] : [mask]));
  const region = regionAround(masks, Math.round(Math.min(pictures.image.rows, pictures.image.columns) / 5)) ?? wholeOf(pictures.image);
  return {
    caption: `${score.case}: Dice ${score.dice.toFixed(3)}, IoU ${score.iou.toFixed(3)}${score.isAbstained === true ? ', flagged as uncertain' : ''}`,
    whole: await dataUri(pictures, bothOf(pictures), wholeOf(pictures.image)),
    truth: await dataUri(pictures, truthOf(pictures), region),
    prediction: await dataUri(pictures, predictedOf(pictures), region),
  };
}

/** Some views with a mask, half of them with a prediction, each half spread evenly over the catalogue: what the data looks like. */
async function drawSamples(laptop: Laptop, data: ReportData, signal: AbortSignal): Promise<readonly PictureWithCaption[]> {
  const scored = new Set(data.json.evaluation.perView.map((score) => score.case));
  const candidates = data.views.flatMap((view) =>
    view.preparedViews
      .filter(({ mask }) => mask !== undefined)
      .map((prepared) => ({
        view,
        prepared,
        name: formatCaseName({ ...view.ref, kind: prepared.abnormalityKind, split: prepared.officialSplit }),
      })),
  );
  const chosen = [
    ...spread(
      candidates.filter(({ name }) => !scored.has(name)),
      sampleViews / 2,
    ),
    ...spread(
      candidates.filter(({ name }) => scored.has(name)),
      sampleViews / 2,
    ),
  ];
  const samples: PictureWithCaption[] = [];
  for (const { view, prepared, name } of chosen) {
    const prediction = await predictionOf(laptop, view, prepared.abnormalityKind, data.model.id);
    const pictures = await loadViewPictures(laptop, view, prepared.abnormalityKind, prediction, signal);
    if (pictures === undefined) continue;
    const pathologies = view.abnormalities
      .filter(({ kind }) => kind === prepared.abnormalityKind)
      .map(({ pathology }) => pathology?.toLowerCase().replaceAll('_', ' ') ?? 'pathology unknown');
    samples.push({
      uri: await dataUri(pictures, bothOf(pictures), wholeOf(pictures.image)),
      caption: `${name}: ${pathologies.join(', ')}`,
    });
  }
  return samples;
}

/** At most `count` of the rows, at equal distances. */
function spread<Row>(rows: readonly Row[], count: number): readonly Row[] {
  const every = Math.max(1, rows.length / count);
  return rows.filter((_, index) => Math.floor((index + 1) / every) > Math.floor(index / every));
}

async function dataUri({ image, pixelWidth }: ViewPictures, drawn: readonly Drawn[], region: Region): Promise<string> {
  // The page has a legend of its own.
  const picture = await drawOverlay(image, drawn, { region, maxSidePx: pageSidePx, hasLegend: false, pixelWidth });
  return `data:image/webp;base64,${(await picture.webp({ quality: 82 }).toBuffer()).toString('base64')}`;
}

const truthOf = ({ truth }: ViewPictures): readonly Drawn[] =>
  truth === undefined ? [] : [{ mask: truth, colour: truthColour, name: 'truth' }];
const predictedOf = ({ prediction }: ViewPictures): readonly Drawn[] =>
  prediction === undefined ? [] : [{ mask: prediction, colour: predictionColour, name: 'prediction' }];
const bothOf = (pictures: ViewPictures): readonly Drawn[] => [...truthOf(pictures), ...predictedOf(pictures)];
