import type { Evaluation } from '@mammoline/segmentation';

/** The content of evaluation.json. */
export const evaluationJson = (evaluation: Evaluation): string => `${JSON.stringify(evaluation, undefined, 2)}\n`;
