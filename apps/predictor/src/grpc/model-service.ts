import type { ModelMoveRecord, MoveCause } from '@mammoline/catalogue';
import { modelsV1 } from '@mammoline/contracts';
import { invalid, modelAliases, parseUuid, type ModelAlias } from '@mammoline/kernel';
import { pageRequest, type Runtime } from '@mammoline/service';
import { makeCard, type CardPorts } from '../card/make-card.ts';
import { makeEnsemble, type MakeEnsemblePorts } from '../ensemble/make-ensemble.ts';
import { chooseModel } from './choose-model.ts';
import { compareModels } from './compare-models.ts';
import { streamWork } from './stream-work.ts';

/** ModelService over the catalogue. Failures `invalid` name the field. */
export function modelService(
  ports: Pick<Runtime, 'catalogue' | 'stopping'> & MakeEnsemblePorts & Pick<CardPorts, 'blobs'>,
): modelsV1.ModelServiceImplementation {
  const { catalogue, commit } = ports;
  return {
    async promote(request) {
      const alias = requireAlias(request.alias);
      if (request.modelVersionId === '') {
        throw invalid('model_version_id is missing: expected the id of a model version, or an alias', { field: 'model_version_id' });
      }
      const { id } = await chooseModel(request.modelVersionId, catalogue);
      const move = await commit(`promotion of ${id}`, { write: (tx) => tx.promoteModel(alias, id) });
      return { move: move && moveToProto(move) };
    },

    async rollback(request) {
      const alias = requireAlias(request.alias);
      const leaving = parseUuid(request.leavingModelVersionId, 'leaving_model_version_id');
      return { move: moveToProto(await commit(`rollback from ${leaving}`, { write: (tx) => tx.rollbackModel(alias, leaving) })) };
    },

    async listMoves(request) {
      const alias = request.alias === '' ? undefined : requireAlias(request.alias);
      const page = await catalogue.listModelMoves(alias, pageRequest(request));
      return { moves: page.rows.map(moveToProto), nextPageToken: page.nextPageToken ?? '' };
    },

    async compare({ a, b }) {
      return compareModels(await chooseModel(a, catalogue, 'a'), await chooseModel(b, catalogue, 'b'), catalogue);
    },

    async *makeEnsemble(request, { signal }) {
      const until = AbortSignal.any([signal, ports.stopping]);
      for await (const { result = '', ...progress } of streamWork((tell, work) => makeEnsemble(request, ports, tell, work), until))
        yield { ...progress, modelVersionId: result };
    },

    async getCard(request, { signal }) {
      const model = await chooseModel(request.modelVersionId, catalogue);
      const { markdown, html, stored } = await makeCard(model, ports, signal);
      if (stored !== undefined) await commit(`card of ${model.id}`, { write: (tx) => tx.saveModelCard(model.id, stored) });
      return { modelVersionId: model.id, markdown, html };
    },
  };
}

function requireAlias(text: string): ModelAlias {
  const alias = text === '' ? 'champion' : modelAliases.find((known) => known === text);
  if (alias === undefined) throw invalid(`alias: found ${JSON.stringify(text)}, expected ${modelAliases.join(' or ')}`, { field: 'alias' });
  return alias;
}

const causes: Readonly<Record<MoveCause, modelsV1.MoveCause>> = {
  FIRST: modelsV1.MoveCause.MOVE_CAUSE_FIRST,
  PROMOTE: modelsV1.MoveCause.MOVE_CAUSE_PROMOTE,
  ROLLBACK: modelsV1.MoveCause.MOVE_CAUSE_ROLLBACK,
};

const moveToProto = ({ alias, cause, from, to, movedAt }: ModelMoveRecord): modelsV1.Move => ({
  alias,
  cause: causes[cause],
  fromModelVersionId: from ?? '',
  toModelVersionId: to,
  movedAt,
});
