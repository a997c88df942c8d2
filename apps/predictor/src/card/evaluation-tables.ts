import { formatEstimate, type Evaluation } from '@mammoline/segmentation';
import type { TestScores } from './card-facts.ts';

/** What a full evaluation adds to a card: intervals, lesions found, calibration, and who the scores are of. */
export function evaluationTables(evaluation: Evaluation): TestScores['details'] {
  const { data, bootstrap, dice, iou, softIou, lesions, pixels, strata, uncertainty } = evaluation;
  return [
    {
      heading: 'Scores with their intervals',
      about:
        `Of ${String(data.views)} views of ${String(data.patients)} test patients, evaluated ${evaluation.createdAt}; 95 % intervals by a bootstrap of ${String(bootstrap.samples)} draws of ` +
        `patients, seed ${String(bootstrap.seed)}. A lesion is found where a predicted component overlaps it by an IoU of ${String(lesions.findingIou)}.`,
      table: {
        header: ['', 'value'],
        rows: [
          ['Dice, mean', formatEstimate(dice.mean)],
          ['Dice, median', formatEstimate(dice.median)],
          ['Dice, share of zeros', formatEstimate(dice.zeros)],
          ['IoU, mean', formatEstimate(iou.mean)],
          ['soft IoU, mean', formatEstimate(softIou)],
          [`sensitivity, ${String(lesions.count)} lesions`, formatEstimate(lesions.sensitivity)],
          ['false positives an image', formatEstimate(lesions.falsePositivesPerImage)],
          ...lesions.froc.map(({ falsePositivesPerImage, sensitivity }) => [
            `sensitivity at ${String(falsePositivesPerImage)} false positives an image`,
            formatEstimate(sensitivity),
          ]),
          ['pixels, average precision', formatEstimate(pixels.averagePrecision)],
        ],
      },
    },
    {
      heading: 'Calibration',
      about: `How many pixels are of a lesion, by their probability. Expected calibration error: ${formatEstimate(pixels.expectedCalibrationError)}.`,
      table: {
        header: ['probability', 'pixels', 'mean probability', 'share of lesions'],
        rows: pixels.reliability.map(({ from, to, pixels: count, meanProbability, trueShare }) => [
          `${from.toFixed(2)} to ${to.toFixed(2)}`,
          String(count),
          meanProbability.toFixed(3),
          trueShare.toFixed(3),
        ]),
      },
    },
    ...(uncertainty === undefined ? [] : [uncertaintyTable(uncertainty)]),
    {
      heading: 'Scores by group',
      about: 'Groups of few views have wide intervals: a difference between two of them says little.',
      table: {
        header: ['', '', 'patients', 'views', 'Dice, mean', 'lesions found'],
        rows: strata.map(({ by, value, patients, views, dice: of, lesions: count, lesionsFound }) => [
          by,
          value,
          String(patients),
          String(views),
          formatEstimate(of.mean),
          `${String(lesionsFound)} of ${String(count)}`,
        ]),
      },
    },
  ];
}

function uncertaintyTable({ kept, abstained, riskCoverage }: NonNullable<Evaluation['uncertainty']>): TestScores['details'][number] {
  const row = (name: string, { views, meanDice, meanIou }: typeof kept): readonly string[] => [
    name,
    String(views),
    meanDice?.toFixed(3) ?? '-',
    meanIou?.toFixed(3) ?? '-',
  ];
  return {
    heading: 'Uncertainty',
    about:
      'Scores where the views are left to a person on which members and flips disagree most. Flagged are those above the limit that was chosen on the validation patients.',
    table: {
      header: ['views', 'number', 'Dice, mean', 'IoU, mean'],
      rows: [
        row('flagged', abstained),
        row('not flagged', kept),
        ...riskCoverage.map((one) => row(`most certain ${String(Math.round(100 * one.coverage))} %`, one)),
      ],
    },
  };
}
