import type { CatalogueReader, PredictionRecord } from '@mammoline/catalogue';
import { sleep, type Uuid } from '@mammoline/kernel';

const pollIntervalMs = 500;
/**
 * A prediction may become visible this long after the time it bears, since that is taken inside its transaction (at most 15 s): what is
 * not older than this before the newest seen is looked at again.
 */
const latestCommitMs = 30_000;

/** Predictions as they are stored, or stored anew, from now on, the oldest first; ends with the signal's reason. Undefined model: of all models. */
export async function* watchPredictions(
  modelVersionId: Uuid | undefined,
  catalogue: Pick<CatalogueReader, 'listPredictions'>,
  signal: AbortSignal,
): AsyncGenerator<PredictionRecord> {
  const seen = new Map<string, number>();
  let newestMs = 0;
  for (let isFirst = true; ; isFirst = false) {
    const recent = await predictionsSince(newestMs - latestCommitMs, modelVersionId, catalogue, isFirst);
    const unseen = recent.filter((prediction) => !seen.has(versionOf(prediction)));
    for (const prediction of unseen) {
      seen.set(versionOf(prediction), prediction.createdAt.getTime());
      newestMs = Math.max(newestMs, prediction.createdAt.getTime());
    }
    for (const [version, createdMs] of seen) if (createdMs < newestMs - latestCommitMs) seen.delete(version);
    if (!isFirst) yield* unseen;
    await sleep(pollIntervalMs, signal);
  }
}

const versionOf = ({ id, createdAt }: PredictionRecord): string => `${id} ${createdAt.toISOString()}`;

/** Oldest first. @param newestAlone the time is not known yet: it is that of the newest row, of which a page gives enough */
async function predictionsSince(
  sinceMs: number,
  modelVersionId: Uuid | undefined,
  catalogue: Pick<CatalogueReader, 'listPredictions'>,
  newestAlone: boolean,
): Promise<readonly PredictionRecord[]> {
  const found: PredictionRecord[] = [];
  let fromMs = sinceMs;
  let pageToken: string | undefined;
  do {
    const page = await catalogue.listPredictions({ modelVersionId }, { pageSize: 100, pageToken });
    if (newestAlone && found.length === 0) fromMs = (page.rows[0]?.createdAt.getTime() ?? 0) - latestCommitMs;
    const recent = page.rows.filter(({ createdAt }) => createdAt.getTime() >= fromMs);
    found.push(...recent);
    pageToken = recent.length < page.rows.length ? undefined : page.nextPageToken;
  } while (pageToken !== undefined);
  return found.reverse();
}
