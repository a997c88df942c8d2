import { formatEstimate, type Evaluation } from '@mammoline/segmentation';

/** The numbers of an evaluation, each with its name and its interval, for the terminal and the page. */
export function evaluationRows(evaluation: Evaluation): readonly (readonly [string, string])[] {
  const { dice, iou, softIou, lesions, pixels, uncertainty, comparison } = evaluation;
  return [
    ['Dice, mean', formatEstimate(dice.mean)],
    ['Dice, median', formatEstimate(dice.median)],
    ['Dice, share of zeros', formatEstimate(dice.zeros)],
    ['IoU, mean', formatEstimate(iou.mean)],
    ['IoU, median', formatEstimate(iou.median)],
    ["soft IoU (the seed's), mean", formatEstimate(softIou)],
    [`lesions found of ${String(lesions.count)}`, formatEstimate(lesions.sensitivity)],
    ['false positives an image', formatEstimate(lesions.falsePositivesPerImage)],
    ...lesions.froc.map(({ falsePositivesPerImage, sensitivity }): readonly [string, string] => [
      `lesions found at ${rateName(falsePositivesPerImage)} false positives an image`,
      formatEstimate(sensitivity),
    ]),
    ['pixels, average precision', formatEstimate(pixels.averagePrecision)],
    ['pixels, expected calibration error', formatEstimate(pixels.expectedCalibrationError)],
    ...(uncertainty === undefined ? [] : uncertaintyRows(uncertainty)),
    ...(comparison === undefined ? [] : comparisonRows(comparison)),
  ];
}

function uncertaintyRows({
  kept,
  abstained,
  riskCoverage,
}: NonNullable<Evaluation['uncertainty']>): readonly (readonly [string, string])[] {
  const format = (dice: number | null): string => dice?.toFixed(3) ?? '-';
  return [
    [`Dice, mean, of ${String(abstained.views)} views flagged as uncertain`, format(abstained.meanDice)],
    [`Dice, mean, of ${String(kept.views)} views not flagged`, format(kept.meanDice)],
    ...riskCoverage.map(({ coverage, views, meanDice }): readonly [string, string] => [
      `Dice, mean, of the most certain ${String(Math.round(100 * coverage))} % (${String(views)} views)`,
      format(meanDice),
    ]),
  ];
}

function comparisonRows({
  against,
  views,
  patients,
  dice,
  iou,
}: NonNullable<Evaluation['comparison']>): readonly (readonly [string, string])[] {
  const other = `${against.map(({ id }) => id.slice(0, 8)).join(', ')}, on ${String(views)} views of ${String(patients)} patients`;
  return [
    [`Dice minus that of ${other}`, `${formatEstimate(dice.difference)}, p = ${dice.pValue.toFixed(3)}`],
    [`IoU minus that of ${other}`, `${formatEstimate(iou.difference)}, p = ${iou.pValue.toFixed(3)}`],
  ];
}

/** `1/8`, `4` */
export const rateName = (rate: number): string => (rate < 1 ? `1/${String(1 / rate)}` : String(rate));
