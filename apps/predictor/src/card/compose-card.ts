import type { CardFacts, TestScores } from './card-facts.ts';
import type { CardSection, ModelCard } from './model-card.ts';

/** Says what a model version is, what it is for, what it was made from, how good it is and what it can't do (after Mitchell et al., Model Cards for Model Reporting, 2019). */
export function composeCard({ model, split, run, test }: CardFacts): ModelCard {
  const findings =
    model.abnormalityKind === undefined ? 'masses and calcifications' : model.abnormalityKind === 'MASS' ? 'masses' : 'calcifications';
  const best = run.epochs.find(({ epoch }) => epoch === model.bestEpoch);
  return {
    title: `Model card: ${model.network} ${model.id}`,
    sections: [
      {
        heading: 'Intended use',
        paragraphs: [
          `Research on the segmentation of ${findings} in mammograms: a mask of the mammogram, and a probability of each pixel.`,
          'This is not a medical device. It must not be used to diagnose, to screen, to triage, or to decide anything about a person.',
        ],
      },
      {
        heading: 'Model',
        paragraphs: [],
        table: facts([
          ['version', model.id],
          [
            model.memberIds.length === 0 ? 'network' : `ensemble of ${String(model.memberIds.length)}`,
            `${model.network}, ${String(model.parameters)} parameters`,
          ],
          ['input', `prepared mammogram, grey, ${String(model.imageSize)} x ${String(model.imageSize)}`],
          ['findings', findings],
          ['threshold', `${String(model.threshold)}, chosen on the validation patients`],
          ...(model.abstainAbove === undefined
            ? []
            : ([['marked as uncertain above', `${model.abstainAbove.toFixed(4)}, chosen on the validation patients`]] as const)),
          ['weights (SHA-256)', model.weights.sha256],
          ['made', model.createdAt.toISOString()],
        ]),
      },
      {
        heading: 'Data',
        paragraphs: [
          'Patients, not images, are split: none is on two sides. Validation patients chose the epoch and the threshold; test patients chose nothing.',
          ...(learntBefore(run.options)
            ? [
                'The encoder began with weights that it had learnt on other images (encoderWeights below): those images, and their faults, are in this model too.',
              ]
            : []),
        ],
        table: facts([
          ['split', split.kind],
          ['split (SHA-256)', split.hash],
          ['training patients', String(split.training.length)],
          ['validation patients', String(split.validation.length)],
          ['test patients', String(split.test.length)],
        ]),
      },
      {
        heading: 'Training',
        paragraphs: [
          model.memberIds.length === 0
            ? `Trained on the backend ${model.backend} for ${String(run.epochs.length)} epochs; the weights are those of epoch ${String(model.bestEpoch)}.`
            : 'Not trained itself: it predicts the mean of what its members say of a mammogram and its mirror images. They have cards of their own. What any of them learnt from, it learnt from.',
        ],
        table: facts([
          ['recipe and preparation (SHA-256)', model.recipeHash],
          ...optionsOf(run.options),
          ...(best === undefined ? [] : ([['seconds an epoch', best.seconds.toFixed(1)]] as const)),
        ]),
      },
      {
        heading: 'Scores on the validation patients',
        paragraphs: [
          'They chose the epoch and the threshold, so these are too good. Dice at the resolution of the network.',
          ...(model.memberIds.length === 0 ? [] : ['Each patient was predicted by those members alone that did not train on the patient.']),
        ],
        table: facts([
          ['mean Dice', model.validationDice.toFixed(3)],
          ...(best === undefined ? [] : ([['mean IoU', best.validationIou.toFixed(3)]] as const)),
        ]),
      },
      ...testSections(test),
      {
        heading: 'Limits',
        paragraphs: [
          'Scores are those of one data set and one split; films, scanners, populations and findings other than its own were not tried.',
          'The patients are those who are in the data set: nothing is known of how the scores differ with age, ethnicity or equipment.',
          'Only mammograms with findings were learnt from and scored: how much is marked in breasts without any is not known.',
          'A probability is the output of a network, not the chance of a disease.',
        ],
      },
    ],
  };
}

function testSections(test: TestScores): readonly CardSection[] {
  const heading = 'Scores on the test patients';
  const missing = test.unscored === 0 ? '' : ` ${String(test.unscored)} test views have no prediction or no truth, and are not among them.`;
  if (test.views === 0) return [{ heading, paragraphs: [`None yet.${missing}`] }];
  return [
    {
      heading,
      paragraphs: [
        `Masks at the threshold against the merged truth, at the resolution of the source; ${String(test.views)} views.${missing}`,
      ],
      table: {
        header: ['', 'mean', 'median'],
        rows: [
          ['Dice', test.meanDice.toFixed(3), test.medianDice.toFixed(3)],
          ['IoU', test.meanIou.toFixed(3), test.medianIou.toFixed(3)],
        ],
      },
    },
    ...test.details.map(({ heading: title, about, table }) => ({ heading: title, paragraphs: [about], table })),
  ];
}

const facts = (rows: readonly (readonly [string, string])[]) => ({ header: ['', ''], rows });

const learntBefore = (options: unknown): boolean =>
  typeof options === 'object' && options !== null && 'encoderWeights' in options && options.encoderWeights !== undefined;

/** The options of the run, whatever they are, by name. */
function optionsOf(options: unknown): readonly (readonly [string, string])[] {
  const entries = typeof options === 'object' && options !== null ? Object.entries(options) : [];
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
