import { commonV1, type catalogueV1, type predictionV1, type trainingV1 } from '@mammoline/contracts';
import type { Client } from 'nice-grpc';
import { lateralityOf, positionOf, type CatalogueKeys } from './catalogue-keys.ts';

export interface Clients {
  readonly catalogue: Client<catalogueV1.CatalogueServiceDefinition>;
  readonly prediction: Client<predictionV1.PredictionServiceDefinition>;
  readonly training: Client<trainingV1.TrainingServiceDefinition>;
}

export interface ListCall {
  readonly name: string;
  /** @returns how many rows came */
  readonly call: (index: number) => Promise<number>;
}

const { AbnormalityKind: Kind, Laterality, OfficialSplit: Split, ViewPosition } = commonV1;

/** Every list and get of the services' gRPC: first, middle and last page, each filter. Pages have the default size, 25. */
export function listCalls({ catalogue, prediction, training }: Clients, keys: CatalogueKeys): readonly ListCall[] {
  // Another place at each repeat, so that not one page alone is warm.
  const spread = (index: number): number => Math.floor((keys.views * ((index * 0.618) % 1)) / 4) * 4;
  const pick = <Item>(items: readonly Item[], index: number): Item => {
    const item = items[index % items.length];
    if (item === undefined) throw new Error('found no place to sample in a list, expected a catalogue of some thousand views');
    return item;
  };
  const last = <Item>(items: readonly Item[]): Item => pick(items, items.length - 1);
  // In the order of texts, where P_99999 follows P_249999.
  const lastView = Math.min(keys.views, 400_000) - 51;
  const refOf = (view: number): commonV1.ViewRef => ({
    patientCode: keys.patientCode(view),
    laterality: lateralityOf(view) === 'LEFT' ? Laterality.LATERALITY_LEFT : Laterality.LATERALITY_RIGHT,
    position: positionOf(view) === 'CC' ? ViewPosition.VIEW_POSITION_CC : ViewPosition.VIEW_POSITION_MLO,
  });

  const patients = async (pageToken: string) => (await catalogue.listPatients({ pageToken })).patients.length;
  const views = async (request: Parameters<typeof catalogue.listViews>[0]) => (await catalogue.listViews(request)).views.length;
  const repairs = async (kind: string, pageToken: string) => (await catalogue.listRepairs({ kind, pageToken })).repairs.length;
  const predictions = async (request: Parameters<typeof prediction.listPredictions>[0]) =>
    (await prediction.listPredictions(request)).predictions.length;
  const models = async (pageToken: string) => (await training.listModels({ pageToken })).models.length;

  const filters: readonly (readonly [string, Parameters<typeof catalogue.listViews>[0]])[] = [
    ['kind', { abnormalityKind: Kind.ABNORMALITY_KIND_MASS }],
    ['split', { officialSplit: Split.OFFICIAL_SPLIT_TEST }],
    ['laterality', { laterality: Laterality.LATERALITY_RIGHT }],
    ['position', { position: ViewPosition.VIEW_POSITION_MLO }],
    ['pathology', { pathology: 'BENIGN_WITHOUT_CALLBACK' }],
    ['rare pathology', { pathology: 'UNPROVEN' }],
    ['pathology of none', { pathology: 'NOWHERE' }],
    ['kind, split', { abnormalityKind: Kind.ABNORMALITY_KIND_CALCIFICATION, officialSplit: Split.OFFICIAL_SPLIT_TEST }],
    [
      'all filters',
      {
        abnormalityKind: Kind.ABNORMALITY_KIND_MASS,
        officialSplit: Split.OFFICIAL_SPLIT_TEST,
        laterality: Laterality.LATERALITY_LEFT,
        position: ViewPosition.VIEW_POSITION_CC,
        pathology: 'MALIGNANT',
      },
    ],
  ];
  const newest = keys.modelId(0);
  return [
    { name: 'ListPatients, first', call: () => patients('') },
    { name: 'ListPatients, middle', call: (index) => patients(keys.patientToken(spread(index))) },
    { name: 'ListPatients, last', call: () => patients(keys.patientToken(lastView)) },
    { name: 'ListViews, first', call: () => views({}) },
    { name: 'ListViews, middle', call: (index) => views({ pageToken: keys.viewToken(spread(index)) }) },
    { name: 'ListViews, last', call: () => views({ pageToken: keys.viewToken(lastView) }) },
    ...filters.flatMap(([name, filter]) => [
      { name: `ListViews by ${name}, first`, call: () => views(filter) },
      { name: `ListViews by ${name}, middle`, call: (index: number) => views({ ...filter, pageToken: keys.viewToken(spread(index)) }) },
      { name: `ListViews by ${name}, last`, call: () => views({ ...filter, pageToken: keys.viewToken(lastView) }) },
    ]),
    { name: 'GetView', call: async (index) => ((await catalogue.getView({ view: refOf(spread(index)) })).view === undefined ? 0 : 1) },
    { name: 'ListRepairs, first', call: () => repairs('', '') },
    { name: 'ListRepairs, middle', call: (index) => repairs('', pick(keys.repairTokens, index)) },
    { name: 'ListRepairs, last', call: () => repairs('', last(keys.repairTokens)) },
    { name: 'ListRepairs by kind, first', call: () => repairs('missing-description', '') },
    { name: 'ListRepairs by kind, last', call: () => repairs('name-clash', last(keys.repairTokens)) },
    { name: 'ListRepairs of none', call: () => repairs('nothing', '') },
    { name: 'ListPredictions, first', call: () => predictions({}) },
    { name: 'ListPredictions, middle', call: (index) => predictions({ pageToken: pick(keys.predictionTokens, index) }) },
    { name: 'ListPredictions, last', call: () => predictions({ pageToken: last(keys.predictionTokens) }) },
    { name: 'ListPredictions by model, first', call: () => predictions({ modelVersionId: newest }) },
    {
      name: 'ListPredictions by model, middle',
      call: (index) => predictions({ modelVersionId: newest, pageToken: pick(keys.predictionTokens, index) }),
    },
    { name: 'ListPredictions by a model with few', call: () => predictions({ modelVersionId: keys.modelId(5) }) },
    { name: 'ListPredictions by a model with none', call: () => predictions({ modelVersionId: keys.modelId(400) }) },
    { name: 'ListPredictions by patient', call: (index) => predictions({ patientCode: keys.patientCode(spread(index)) }) },
    { name: 'ListPredictions by view', call: (index) => predictions({ view: refOf(spread(index)) }) },
    {
      name: 'ListPredictions by patient, model',
      call: (index) => predictions({ patientCode: keys.patientCode(spread(index)), modelVersionId: newest }),
    },
    {
      name: 'GetPrediction',
      call: async (index) =>
        (await prediction.getPrediction({ predictionId: pick(keys.predictionIds, index) })).prediction?.maskPng.length ?? 0,
    },
    { name: 'ListModels, first', call: () => models('') },
    { name: 'ListModels, middle', call: (index) => models(pick(keys.modelTokens, index)) },
    { name: 'ListModels, last', call: () => models(last(keys.modelTokens)) },
    {
      name: 'GetModel',
      call: async (index) => (await training.getModel({ modelVersionId: keys.modelId(index % 500) })).model?.epochs.length ?? 0,
    },
  ];
}
