import { z } from 'zod';

const count = z.int().min(0);
const share = z.number().min(0).max(1);

const estimateSchema = z
  .object({
    value: z.number(),
    low: z.number().nullable().describe('of the 95 % interval; null where there is none'),
    high: z.number().nullable(),
  })
  .describe('a statistic with its interval by patient');

const overlapSchema = z.object({
  mean: estimateSchema,
  median: estimateSchema,
  zeros: estimateSchema.describe('share of the views with 0: nothing of the truth was marked'),
});

const modelSchema = z.object({
  id: z.string(),
  network: z.string(),
  imageSize: z.int(),
  threshold: z.number().describe('of the probability; chosen on the validation patients'),
  smallestAreaShare: z.number().describe('of the prepared square; smaller components are left out; chosen with the threshold'),
  splitHash: z.string(),
  members: z.array(z.string()).optional().describe('of an ensemble: the versions that it is made of'),
  abstainAbove: z
    .number()
    .optional()
    .describe('of an ensemble: views that are more uncertain are flagged; chosen on the validation patients'),
});

const differenceSchema = z.object({
  difference: estimateSchema.describe('mean over the views of these models minus the others'),
  pValue: share.describe('two-sided, of the paired bootstrap by patient'),
});

const certainSchema = z.object({ views: count, meanDice: share.nullable(), meanIou: share.nullable() });

/** What evaluation.json holds; docs/reference/evaluation.md explains it, and docs/reference/evaluation.schema.json is made of it. */
export const evaluationSchema = z.object({
  schema: z.literal('mammoline-evaluation-1'),
  createdAt: z.iso.datetime(),
  models: z.array(modelSchema).min(1),
  data: z.object({
    patients: count,
    views: count,
    hash: z.string().describe('SHA-256 of the cases with the hashes of their prepared images and truths'),
  }),
  bootstrap: z.object({ samples: z.int().min(1), seed: count, level: z.literal(0.95), unit: z.literal('patient') }),
  dice: overlapSchema,
  iou: overlapSchema,
  softIou: estimateSchema.describe('mean of the intersection over union of the probabilities'),
  pixels: z.object({
    averagePrecision: estimateSchema,
    expectedCalibrationError: estimateSchema,
    reliability: z.array(z.object({ from: share, to: share, pixels: count, meanProbability: share, trueShare: share })),
  }),
  lesions: z.object({
    count,
    findingIou: z.number(),
    sensitivity: estimateSchema.describe('at the threshold and smallest area of the models'),
    falsePositivesPerImage: estimateSchema,
    froc: z.array(z.object({ falsePositivesPerImage: z.number(), sensitivity: estimateSchema })),
    curve: z.array(z.object({ threshold: share, falsePositivesPerImage: z.number().min(0), sensitivity: share })),
  }),
  strata: z.array(
    z.object({
      by: z.string(),
      value: z.string(),
      patients: count,
      views: count,
      dice: overlapSchema,
      meanIou: estimateSchema,
      lesions: count,
      lesionsFound: count,
    }),
  ),
  perView: z.array(
    z.object({
      case: z.string(),
      modelVersionId: z.string(),
      dice: share,
      iou: share,
      softIou: share,
      truthAreaPx: count,
      predictedAreaPx: count,
      lesions: count,
      lesionsFound: count,
      falsePositives: count,
      uncertainty: share.optional().describe('how much members and flips disagree; of ensembles'),
      isAbstained: z.boolean().optional().describe('whether that is above the limit of the model'),
    }),
  ),
  uncertainty: z
    .object({
      kept: certainSchema.describe('views that are not flagged'),
      abstained: certainSchema.describe('views that are flagged'),
      riskCoverage: z.array(certainSchema.extend({ coverage: share.describe('share of the views, the most certain first') })),
    })
    .optional()
    .describe('of ensembles'),
  unscored: z.array(z.string()).describe('test views without a prepared image or a truth'),
  comparison: z
    .object({ against: z.array(modelSchema).min(1), patients: count, views: count, dice: differenceSchema, iou: differenceSchema })
    .optional(),
});

export type Evaluation = Readonly<z.infer<typeof evaluationSchema>>;
export type Estimate = Readonly<z.infer<typeof estimateSchema>>;
export type EvaluatedModel = Readonly<z.infer<typeof modelSchema>>;
