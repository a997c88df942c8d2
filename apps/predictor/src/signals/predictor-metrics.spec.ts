import type { CatalogueReader, ModelVersionRecord } from '@mammoline/catalogue';
import { unavailable, type ModelAlias } from '@mammoline/kernel';
import { lintMetrics, parseMetrics, readMetricsReference } from '@mammoline/testing';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { Segmentation } from '../predict/segment-image.ts';
import { shadowMetrics } from '../shadow/shadow-metrics.ts';
import { createPredictionCounts } from './count-prediction.ts';
import { watchModels } from './watch-models.ts';

const answer = (areaPx: number) => async () => ({ areaPx, probability: 0.42 }) as unknown as Segmentation;
const running = new AbortController().signal;

test('predictions are counted by what came of them, from 0 on', async () => {
  const registry = new Registry();
  const count = createPredictionCounts(registry);
  const told = async (outcome: string) =>
    (await registry.getSingleMetric('mammoline_predictions_total')?.get())?.values.find(({ labels }) => labels['outcome'] === outcome)
      ?.value;
  expect(await Promise.all(['found', 'empty', 'failed'].map(told))).toEqual([0, 0, 0]);
  expect((await count(answer(5), running)).areaPx).toBe(5);
  await count(answer(0), running);
  await expect(count(() => Promise.reject(unavailable('no engine')), running)).rejects.toThrow('no engine');
  // A caller that goes away is no failure of the predictor.
  await expect(count(() => Promise.reject(new Error('gone')), AbortSignal.abort())).rejects.toThrow('gone');
  expect(await Promise.all(['found', 'empty', 'failed'].map(told))).toEqual([1, 1, 1]);
  expect(await registry.metrics()).toContain('mammoline_prediction_probability_ratio_sum 0.84');
});

test('the models that answer are told with their versions, and nothing where the catalogue is away', async () => {
  const registry = new Registry();
  const champion = { id: 'v1', network: 'unet-compact', abnormalityKind: undefined, createdAt: new Date(1_700_000_000_000) };
  let modelOfAlias: CatalogueReader['modelOfAlias'] = async (alias: ModelAlias) =>
    alias === 'champion' ? (champion as unknown as ModelVersionRecord) : undefined;
  watchModels(registry, { modelOfAlias: (alias) => modelOfAlias(alias) });
  const metrics = await registry.metrics();
  expect(metrics).toContain('mammoline_model_info{alias="champion",version="v1",network="unet-compact",kind="all"} 1');
  expect(metrics).toContain('mammoline_model_created_timestamp_seconds{alias="champion"} 1700000000');
  expect(metrics).not.toContain('candidate');
  modelOfAlias = () => Promise.reject(unavailable('Postgres is away'));
  expect(await registry.metrics()).not.toContain('alias=');
});

test('the metrics of the predictor are those of the reference', async () => {
  const registry = new Registry();
  createPredictionCounts(registry);
  shadowMetrics(registry);
  watchModels(registry, { modelOfAlias: async () => undefined });
  const made = parseMetrics(await registry.metrics());
  const told = readMetricsReference().filter(({ section }) => section === 'Predictor');
  expect(made.map(({ name, type }) => ({ name, type }))).toEqual(expect.arrayContaining(told.map(({ name, type }) => ({ name, type }))));
  expect(made).toHaveLength(told.length);
  expect(lintMetrics(made)).toEqual([]);
});
