import type { CatalogueReader, ModelVersionRecord } from '@mammoline/catalogue';
import { maskOverlap } from '@mammoline/imaging';
import { describeError } from '@mammoline/kernel';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Segmenters } from '../models/open-segmenters.ts';
import { segmentImage, type Segmentation, type SegmentationSource } from '../predict/segment-image.ts';
import { shadowMetrics } from './shadow-metrics.ts';

/** A mammogram that was predicted, and what was answered. */
export interface Answered {
  readonly source: SegmentationSource;
  readonly model: ModelVersionRecord;
  readonly segmentation: Segmentation;
}

/** Predicts with the candidate what the champion has predicted, and measures how they agree. */
export interface Shadow {
  /** Returns at once, and never throws: the answer waits for nothing here. Looks after what the champion answered alone. */
  follow(answered: Answered): void;
  /** Waits for what is under way; the rest is dropped. */
  close(): Promise<void>;
}

/** Each holds a mammogram's pixels (about 15 MB): a candidate that is slower than the traffic sees a part of it. */
const mostWaiting = 4;

export function openShadow(ports: {
  readonly catalogue: Pick<CatalogueReader, 'modelOfAlias'>;
  readonly segmenters: Pick<Segmenters, 'withModel'>;
  readonly metrics: Registry;
  readonly log: Pick<Logger, 'warn'>;
  readonly stopping: AbortSignal;
}): Shadow {
  const { catalogue, segmenters, log, stopping } = ports;
  const { predictions, dice, probabilityDifference } = shadowMetrics(ports.metrics);
  const waiting: Answered[] = [];
  let running: Promise<void> | undefined;
  const isStopping = (): boolean => stopping.aborted;

  const compare = async ({ source, model, segmentation }: Answered): Promise<void> => {
    const candidate = await catalogue.modelOfAlias('candidate');
    // Of other abnormalities it has another opinion, rightly.
    if (candidate === undefined || candidate.id === model.id || candidate.abnormalityKind !== model.abnormalityKind) return;
    const other = await segmentImage(source, candidate, segmenters, stopping);
    dice.observe(maskOverlap(segmentation.mask, other.mask).dice);
    probabilityDifference.observe(other.probability - segmentation.probability);
    predictions.inc({ outcome: 'compared' });
  };
  const run = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !isStopping(); next = waiting.shift()) {
      try {
        await compare(next);
      } catch (error) {
        if (isStopping()) return;
        predictions.inc({ outcome: 'failed' });
        log.warn({ err: describeError(error) }, 'the candidate could not predict; the champion had answered');
      }
    }
  };

  return {
    follow: (answered) => {
      if (!answered.model.aliases.includes('champion') || isStopping()) return;
      if (waiting.length >= mostWaiting) {
        predictions.inc({ outcome: 'dropped' });
        return;
      }
      waiting.push(answered);
      running ??= run().finally(() => {
        running = undefined;
      });
    },
    close: async () => {
      waiting.length = 0;
      await running;
    },
  };
}
