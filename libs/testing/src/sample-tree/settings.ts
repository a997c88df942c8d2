import { invalid } from '@mammoline/kernel';

/** What may be tuned; everything has a default that suits a laptop's demo. */
export interface SampleTreeSettings {
  readonly patients: number;
  readonly seed: number;
  /** Share of the patients that are in the Calc tables; the others are in the Mass tables. */
  readonly calcificationShare: number;
  /** Share of the patients of each kind that are in the official test set. */
  readonly testShare: number;
  /** Of a typical mammogram; the sizes vary around it, and the width is about two thirds. */
  readonly heightPx: number;
  /** 0: no quirks; 1: about as many as the real set has; more: more. */
  readonly quirkRate: number;
  /** Smallest and largest radius over the height. */
  readonly massRadiusShare: readonly [number, number];
  /** Faintest and strongest brightness over the tissue around; the whole film is 1. */
  readonly massContrast: readonly [number, number];
  readonly calcificationRadiusShare: readonly [number, number];
  readonly calcificationContrast: readonly [number, number];
  readonly maxViews: number;
}

export const defaultSettings: SampleTreeSettings = {
  patients: 40,
  seed: 1,
  calcificationShare: 0.2,
  testShare: 0.25,
  heightPx: 560,
  quirkRate: 1,
  massRadiusShare: [0.025, 0.06],
  massContrast: [0.14, 0.26],
  calcificationRadiusShare: [0.025, 0.05],
  calcificationContrast: [0.3, 0.5],
  maxViews: 100_000,
};

/** @throws Failure invalid, naming the setting. */
export function checkSettings(settings: SampleTreeSettings): void {
  const expect = (holds: boolean, field: keyof SampleTreeSettings, expected: string): void => {
    if (!holds) throw invalid(`sample tree: ${field}: found ${JSON.stringify(settings[field])}, expected ${expected}`, { field });
  };
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1 && value <= 100_000;
  const isShare = (value: number): boolean => value >= 0 && value <= 1;
  const isRange = ([low, high]: readonly [number, number], most: number): boolean => low > 0 && low <= high && high <= most;
  expect(isCount(settings.patients) && settings.patients <= 99_999, 'patients', 'a whole number from 1 to 99999');
  expect(Number.isSafeInteger(settings.seed), 'seed', 'a whole number');
  expect(isShare(settings.calcificationShare), 'calcificationShare', '0 to 1');
  expect(isShare(settings.testShare), 'testShare', '0 to 1');
  expect(
    Number.isSafeInteger(settings.heightPx) && settings.heightPx >= 128 && settings.heightPx <= 6000,
    'heightPx',
    'a whole number from 128 to 6000',
  );
  expect(settings.quirkRate >= 0 && settings.quirkRate <= 10, 'quirkRate', '0 to 10');
  expect(isRange(settings.massRadiusShare, 0.15), 'massRadiusShare', 'two numbers, ascending, up to 0.15');
  expect(isRange(settings.massContrast, 1), 'massContrast', 'two numbers, ascending, up to 1');
  expect(isRange(settings.calcificationRadiusShare, 0.15), 'calcificationRadiusShare', 'two numbers, ascending, up to 0.15');
  expect(isRange(settings.calcificationContrast, 1), 'calcificationContrast', 'two numbers, ascending, up to 1');
  expect(isCount(settings.maxViews), 'maxViews', 'a whole number from 1');
}
