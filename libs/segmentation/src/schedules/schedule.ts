import { warmUpCosine } from './warm-up-cosine.ts';

export const scheduleNames = ['constant', 'warm-up-cosine'] as const;
export type ScheduleName = (typeof scheduleNames)[number];

/** The share of the highest learning rate, by the progress of the whole training (0 to 1). */
export const schedules: Readonly<Record<ScheduleName, (progress: number) => number>> = {
  constant: () => 1,
  'warm-up-cosine': warmUpCosine,
};
