import { trainingV1 } from '@mammoline/contracts';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addTrainingOptions, trainingRequest } from './training-options.ts';

it('asks for what was given: a seed for the test patients apart from that of all else', () => {
  const command = addTrainingOptions(new Command());
  command.parse(['--split', 'kfold', '--fold', '2', '--seed', '3', '--split-seed', '4'], { from: 'user' });
  expect(trainingRequest(command.opts())).toMatchObject({
    split: trainingV1.SplitKind.SPLIT_KIND_KFOLD,
    fold: 2,
    seed: 3n,
    splitSeed: 4n,
  });
});
