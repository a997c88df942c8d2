import type { CatalogueReader, ModelVersionRecord, PredictionRecord } from '@mammoline/catalogue';
import { abnormalityKindCodec } from '@mammoline/contracts';
import { abnormalityKinds, bug, Failure, invalid, viewKey, type AbnormalityKind, type ViewRef } from '@mammoline/kernel';
import { notFound, type Runtime } from '@mammoline/service';
import { predictView, type PredictViewPorts } from '../predict/predict-view.ts';

export interface PredictStoredViewPorts extends PredictViewPorts {
  readonly catalogue: PredictViewPorts['catalogue'] & Pick<CatalogueReader, 'preparedViewOf' | 'prediction'>;
  readonly commit: Runtime['commit'];
}

/** As often as stages are run again on a conflict. */
const maxReloads = 3;

/**
 * The prediction of a view by a model: the stored one where it is of what is prepared now, else made and stored.
 * @param kindNumber of the protocol; unspecified will do for a view that is in one table
 */
export async function predictStoredView(
  view: ViewRef,
  kindNumber: number,
  model: ModelVersionRecord,
  ports: PredictStoredViewPorts,
  signal: AbortSignal,
): Promise<PredictionRecord> {
  const abnormalityKind = await chooseKind(view, abnormalityKindCodec.fromProto(kindNumber, 'abnormality_kind'), ports.catalogue);
  for (let reload = 0; ; reload += 1) {
    const prediction = await predictView({ view, abnormalityKind, model }, ports, signal);
    if (prediction.kind === 'stored') return prediction.stored;
    if (prediction.kind === 'not-prepared') throw notPrepared(view);
    const { made, write, emit } = prediction;
    try {
      await ports.commit(`prediction ${made.id} of ${made.preparedInputsHash}`, { write, emit: () => emit });
    } catch (error) {
      if (error instanceof Failure && error.kind === 'conflict' && reload < maxReloads) continue;
      throw error;
    }
    const saved = await ports.catalogue.prediction(made.id);
    if (saved === undefined) throw bug(`prediction ${made.id} was saved and is not there`);
    return saved;
  }
}

async function chooseKind(
  view: ViewRef,
  asked: AbnormalityKind | undefined,
  catalogue: Pick<CatalogueReader, 'preparedViewOf'>,
): Promise<AbnormalityKind> {
  if (asked !== undefined) return asked;
  const prepared = await Promise.all(abnormalityKinds.map((kind) => catalogue.preparedViewOf(view, kind)));
  const [kind, ...others] = prepared.flatMap((found) => found?.abnormalityKind ?? []);
  if (kind === undefined) throw notPrepared(view);
  if (others.length > 0) {
    throw invalid(`abnormality_kind is missing: ${viewKey(view)} is in both tables, expected one of ${abnormalityKinds.join(', ')}`, {
      field: 'abnormality_kind',
    });
  }
  return kind;
}

const notPrepared = (view: ViewRef): Error =>
  notFound(`no prepared view ${viewKey(view)}: its mammogram is not there, or could not be prepared`);
