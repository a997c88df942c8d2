import { bug } from '@mammoline/kernel';
import { averagePrecision } from '../metrics/average-precision.ts';
import type { BootstrapOptions } from '../metrics/bootstrap.ts';
import { expectedCalibrationError, reliability } from '../metrics/calibration.ts';
import { findingIou } from '../metrics/count-detections.ts';
import { frocCurve, frocRates, sensitivityAt } from '../metrics/froc.ts';
import { mean } from '../metrics/mean.ts';
import { median } from '../metrics/median.ts';
import { addPixelCounts, type PixelCounts } from '../metrics/pixel-counts.ts';
import { estimate } from './estimate.ts';
import type { Estimate, Evaluation } from './evaluation-schema.ts';
import type { ImageScores } from './score-image.ts';
import { summariseUncertainty } from './summarise-uncertainty.ts';

/** Something that views are told apart by: `density`, `3`. A view has several of one name where its abnormalities differ. */
export interface Trait {
  readonly by: string;
  readonly value: string;
}

export interface ScoredView extends ImageScores {
  readonly case: string;
  readonly patient: string;
  readonly modelVersionId: string;
  readonly traits: readonly Trait[];
  /** Of ensembles: how much members and flips disagree, and whether that is above the model's limit. */
  readonly uncertainty?: number | undefined;
  readonly isAbstained?: boolean | undefined;
}

interface Patient {
  readonly views: readonly ScoredView[];
  readonly pixels: PixelCounts;
}

/** All numbers of an evaluation, with their intervals by patient and by stratum; without views all are 0. */
export function summariseEvaluation(
  views: readonly ScoredView[],
  about: Pick<Evaluation, 'createdAt' | 'models' | 'unscored'> & { readonly dataHash: string },
  options: BootstrapOptions,
): Evaluation {
  const { createdAt, models, unscored, dataHash } = about;
  const patients = patientsOf(views);
  const [averagePrecisionOf, calibrationError, softIou, sensitivity, falsePositives, ...froc] = estimate(patients, statisticsOf, options);
  const allPixels = addPixelCounts(patients.map(({ pixels }) => pixels));
  return {
    schema: 'mammoline-evaluation-1',
    createdAt,
    models,
    data: { patients: patients.length, views: views.length, hash: dataHash },
    bootstrap: { ...options, level: 0.95, unit: 'patient' },
    ...overlapsOf(patients, options),
    softIou: there(softIou),
    pixels: {
      averagePrecision: there(averagePrecisionOf),
      expectedCalibrationError: there(calibrationError),
      reliability: [...reliability(allPixels)],
    },
    lesions: {
      count: sum(views, ({ detections }) => detections.lesions),
      findingIou,
      sensitivity: there(sensitivity),
      falsePositivesPerImage: there(falsePositives),
      froc: frocRates.map((rate, index) => ({ falsePositivesPerImage: rate, sensitivity: there(froc[index]) })),
      curve: [...frocCurve(views.map(({ frocDetections }) => frocDetections))],
    },
    strata: strataOf(views, options),
    perView: views.map((view) => ({
      case: view.case,
      modelVersionId: view.modelVersionId,
      dice: view.dice,
      iou: view.iou,
      softIou: view.softIou,
      truthAreaPx: view.truthAreaPx,
      predictedAreaPx: view.predictedAreaPx,
      lesions: view.detections.lesions,
      lesionsFound: view.detections.found,
      falsePositives: view.detections.falsePositives,
      uncertainty: view.uncertainty,
      isAbstained: view.isAbstained,
    })),
    uncertainty: summariseUncertainty(views),
    unscored,
  };
}

function patientsOf(views: readonly ScoredView[]): readonly Patient[] {
  const byPatient = Map.groupBy(views, ({ patient }) => patient);
  return [...byPatient.values()].map((own) => ({ views: own, pixels: addPixelCounts(own.map(({ pixels }) => pixels)) }));
}

function statisticsOf(patients: readonly Patient[]): readonly number[] {
  const views = patients.flatMap((patient) => patient.views);
  const pixels = addPixelCounts(patients.map((patient) => patient.pixels));
  const curve = frocCurve(views.map(({ frocDetections }) => frocDetections));
  const found = sum(views, ({ detections }) => detections.found);
  return [
    averagePrecision(pixels),
    expectedCalibrationError(reliability(pixels)),
    mean(views.map(({ softIou }) => softIou)),
    found / sum(views, ({ detections }) => detections.lesions),
    mean(views.map(({ detections }) => detections.falsePositives)),
    ...frocRates.map((rate) => sensitivityAt(curve, rate)),
  ];
}

function overlapsOf(
  patients: readonly Pick<Patient, 'views'>[],
  options: BootstrapOptions,
): { readonly dice: Evaluation['dice']; readonly iou: Evaluation['iou'] } {
  const of = (score: 'dice' | 'iou'): Evaluation['dice'] => {
    const [meanOf, medianOf, zeros] = estimate(
      patients,
      (drawn) => {
        const values = drawn.flatMap(({ views }) => views.map((view) => view[score]));
        return [mean(values), median(values), values.filter((value) => value === 0).length / values.length];
      },
      options,
    );
    return { mean: there(meanOf), median: there(medianOf), zeros: there(zeros) };
  };
  return { dice: of('dice'), iou: of('iou') };
}

/** One for each trait and value, in the order in which the traits come, values sorted. */
function strataOf(views: readonly ScoredView[], options: BootstrapOptions): Evaluation['strata'] {
  const names = [...new Set(views.flatMap(({ traits }) => traits.map(({ by }) => by)))];
  return names.flatMap((by) => {
    const valuesOf = (view: ScoredView): readonly string[] => view.traits.filter((trait) => trait.by === by).map(({ value }) => value);
    return [...new Set(views.flatMap(valuesOf))].sort().map((value) => {
      const own = views.filter((view) => valuesOf(view).includes(value));
      const patients = [...Map.groupBy(own, ({ patient }) => patient).values()].map((each) => ({ views: each }));
      const { dice, iou } = overlapsOf(patients, options);
      return {
        by,
        value,
        patients: patients.length,
        views: own.length,
        dice,
        meanIou: iou.mean,
        lesions: sum(own, ({ detections }) => detections.lesions),
        lesionsFound: sum(own, ({ detections }) => detections.found),
      };
    });
  });
}

const sum = (views: readonly ScoredView[], of: (view: ScoredView) => number): number => views.reduce((total, view) => total + of(view), 0);

function there(one: Estimate | undefined): Estimate {
  if (one === undefined) throw bug('a statistic of the evaluation is missing');
  return one;
}
