import type { CatalogueReader, ModelVersionRecord } from '@mammoline/catalogue';
import { modelAliases, type ModelAlias } from '@mammoline/kernel';
import { watchGauge } from '@mammoline/service';
import type { Registry } from 'prom-client';

/** Which model versions answer, and since when they are there. Two aliases at most: the versions that they name change seldom. */
export function watchModels(registry: Registry, catalogue: Pick<CatalogueReader, 'modelOfAlias'>): void {
  const named = async (): Promise<readonly (readonly [ModelAlias, ModelVersionRecord])[]> => {
    const found = await Promise.all(modelAliases.map(async (alias) => [alias, await catalogue.modelOfAlias(alias)] as const));
    return found.flatMap(([alias, model]) => (model === undefined ? [] : [[alias, model] as const]));
  };
  watchGauge(
    registry,
    {
      name: 'mammoline_model_info',
      help: 'Always 1: the model version that an alias names; the champion answers where a request names no model.',
      labelNames: ['alias', 'version', 'network', 'kind'],
    },
    async () =>
      (await named()).map(([alias, { id, network, abnormalityKind = 'all' }]) => ({
        labels: { alias, version: id, network, kind: abnormalityKind },
        value: 1,
      })),
  );
  watchGauge(
    registry,
    {
      name: 'mammoline_model_created_timestamp_seconds',
      help: 'When the model version of an alias was published, in seconds since 1970.',
      labelNames: ['alias'],
    },
    async () => (await named()).map(([alias, { createdAt }]) => ({ labels: { alias }, value: createdAt.getTime() / 1000 })),
  );
}
