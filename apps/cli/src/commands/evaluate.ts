import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { formatEstimate, type Evaluation } from '@mammoline/segmentation';
import { Command } from 'commander';
import { withLaptop } from '../clients/open-laptop.ts';
import { evaluateModels } from '../pipeline/evaluate-models.ts';
import { waitUntilQuiet } from '../pipeline/wait-until-quiet.ts';
import { evaluationRows } from '../report/evaluation-rows.ts';
import { evaluationJson } from '../report/evaluation-json.ts';
import { workOf, type Session } from '../session.ts';
import { formatTable } from '../terminal/format-table.ts';
import { modelReference } from './model-reference.ts';
import { wholeNumber } from './parse-number.ts';

interface EvaluateFlags {
  readonly model?: readonly string[];
  readonly against?: readonly string[];
  readonly output?: string;
  readonly samples?: number;
  readonly seed?: number;
}

const references = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), modelReference(text)];

export function evaluateCommand({ terminal, signal }: Session): Command {
  return new Command('evaluate')
    .description('predict the test patients of a model anew, score the masks and the probabilities, with 95 % intervals by patient')
    .option(
      '--model <model...>',
      'the model version, by id or alias (default: the champion); several: the folds of a cross-validation',
      references,
    )
    .option('--against <model...>', 'compare with these model versions on the same views', references)
    .option('--output <dir>', 'write evaluation.json there')
    .option('--samples <n>', 'draws of the bootstrap (default: 1000)', wholeNumber(1))
    .option('--seed <n>', 'seed of the bootstrap (default: 0)', wholeNumber(0))
    .action(async (flags: EvaluateFlags, command: Command) => {
      await withLaptop(workOf(command), signal, async (laptop) => {
        const progress = terminal.progress();
        let evaluation: Evaluation;
        try {
          await waitUntilQuiet(laptop, progress, signal);
          const request = {
            modelVersionIds: [...(flags.model ?? [])],
            againstModelVersionIds: [...(flags.against ?? [])],
            bootstrapSamples: flags.samples ?? 0,
            seed: BigInt(flags.seed ?? 0),
          };
          evaluation = await evaluateModels(laptop.clients, request, progress, signal);
        } finally {
          progress.close();
        }
        if (flags.output !== undefined) {
          await mkdir(flags.output, { recursive: true });
          await writeFile(join(flags.output, 'evaluation.json'), evaluationJson(evaluation));
        }
        for (const line of linesOf(evaluation)) terminal.print(line);
        if (flags.output !== undefined) terminal.print(`\nevaluation: ${resolve(flags.output, 'evaluation.json')}`);
        for (const name of evaluation.unscored) terminal.say(`not scored (not prepared, or no mask): ${name}`);
      });
    });
}

function linesOf(evaluation: Evaluation): readonly string[] {
  const { perView, strata, models, data, dice, iou } = evaluation;
  const views = perView.map((view) => [
    view.case,
    view.dice.toFixed(3),
    view.iou.toFixed(3),
    view.truthAreaPx,
    view.predictedAreaPx,
    `${String(view.lesionsFound)} of ${String(view.lesions)}`,
    view.falsePositives,
  ]);
  const byStratum = strata.map((stratum) => [
    stratum.by,
    stratum.value,
    stratum.patients,
    stratum.views,
    formatEstimate(stratum.dice.mean),
    stratum.dice.zeros.value.toFixed(2),
  ]);
  return [
    formatTable(['case', 'Dice', 'IoU', 'truth px', 'predicted px', 'lesions found', 'false positives'], views),
    '',
    formatTable(['by', '', 'patients', 'views', 'mean Dice (95 %)', 'zeros'], byStratum),
    '',
    formatTable(['score', 'value (95 %)'], evaluationRows(evaluation)),
    '',
    `model ${models.map(({ id }) => id).join(', ')}, ${String(data.views)} views of ${String(data.patients)} patients`,
    `Dice mean ${dice.mean.value.toFixed(3)}, median ${dice.median.value.toFixed(3)}; IoU mean ${iou.mean.value.toFixed(3)}, median ${iou.median.value.toFixed(3)}`,
  ];
}
