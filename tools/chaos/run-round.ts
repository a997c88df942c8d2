import { openBlobStore } from '@mammoline/blobs';
import { deadLetterTopic } from '@mammoline/contracts';
import { describeError, sleep } from '@mammoline/kernel';
import {
  differencesOf,
  findDamagedBlobs,
  findInconsistencies,
  readPipelineContent,
  readSubscriptions,
  withClient,
  type Finding,
  type PipelineContent,
  type Subscription,
} from '@mammoline/testing/pipeline';
import type { Random } from '@mammoline/testing/random';
import type { Fault, Planted } from './fault.ts';
import type { Infrastructure } from './infrastructure.ts';
import type { KafkaGroups } from './kafka-groups.ts';
import { emptyCatalogue, importUntilDone, readStanding, untilQuiet } from './line.ts';
import { publishModel, type ChaosModel } from './publish-model.ts';
import type { Services } from './services.ts';
import type { StoredFiles } from './store.ts';

/** Everything that a round runs on. It stays up from round to round. */
export interface Stand {
  readonly infrastructure: Infrastructure;
  readonly services: Services;
  readonly groups: KafkaGroups;
  readonly files: StoredFiles;
  readonly model: ChaosModel;
  /** The folder to import. */
  readonly tree: string;
  readonly say: (text: string) => void;
}

/** What an undisturbed round came to: every other one must come to the same. */
export interface Undisturbed {
  readonly content: PipelineContent;
  readonly subscriptions: readonly Subscription[];
  /** Inbox rows. */
  readonly taken: number;
}

export interface Round {
  readonly times: number;
  /** From each end of a fault to the next event that a stage took. */
  readonly goesOnAfterMs: readonly number[];
  /** From the last end until all was done, every service was ready and every group had all its members. */
  readonly wholeAfterMs: number;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}

/** Rest comes within this time of a fault's end, or the round has failed. */
const restWithinMs = 6 * 60_000;
const wholeWithinMs = 2 * 60_000;

/** An undisturbed round, which must be without a finding itself. */
export async function runUndisturbed(stand: Stand): Promise<Undisturbed> {
  await prepare(stand);
  const { ok, said } = await stand.services.command('import', stand.tree, '--copy');
  if (!ok) throw new Error(`the undisturbed import failed:\n${said}`);
  const url = stand.infrastructure.postgresUrl();
  const subscriptions = await readSubscriptions(url);
  await untilAcknowledged(stand, subscriptions);
  const findings = await check(stand, subscriptions, [], true);
  if (findings.length > 0) throw new Error(`the undisturbed run is not clean:\n${findings.map(({ text }) => text).join('\n')}`);
  const { taken } = await readStanding(url, subscriptions);
  return { content: await readPipelineContent(url), subscriptions, taken };
}

/** The whole line from nothing, with a fault in it; then the check. */
export async function runRound(stand: Stand, fault: Fault, times: number, undisturbed: Undisturbed, random: Random): Promise<Round> {
  const { infrastructure, services, groups, say } = stand;
  const { subscriptions } = undisturbed;
  const startedMs = Date.now();
  await prepare(stand);
  const planted: Planted[] = [];
  const writtenBefore = await writtenDeadLetters(stand, subscriptions);
  const endedMs: number[] = [];
  const over = new AbortController();
  const standing = () =>
    readStanding(
      infrastructure.postgresUrl(),
      subscriptions,
      planted.flatMap(({ eventId }) => eventId ?? []),
    );
  const untilDone = async (share: number): Promise<void> => {
    while (!over.signal.aborted) {
      const taken = await standing().then(
        (it) => it.taken,
        () => 0,
      );
      if (taken >= share * undisturbed.taken) return;
      await sleep(100);
    }
  };
  const injecting = fault.inject({
    random,
    infrastructure,
    services,
    groups,
    subscriptions,
    over: over.signal,
    times,
    untilDone,
    standing,
    ended: () => endedMs.push(Date.now()),
    plant: (one) => planted.push(one),
    say,
  });
  const working = (async () => {
    const tries = await importUntilDone(services, stand.tree, Date.now() + restWithinMs);
    if (tries > 1) say(`the import was tried ${String(tries)} times`);
    // A fault that lasts longer than the work does not end it.
    await untilQuiet(standing, Date.now() + restWithinMs);
    over.abort();
  })();
  await Promise.all([injecting, working]).finally(() => {
    over.abort();
  });
  const lastEndMs = endedMs.at(-1) ?? Date.now();

  const findings: Finding[] = [];
  const unrest = await untilQuiet(standing, Date.now() + restWithinMs);
  if (unrest !== undefined) findings.push({ kind: 'lost', text: `no rest: ${unrest}` });
  const { missing, atMs } = await untilWhole(stand, subscriptions);
  if (missing !== undefined) findings.push({ kind: 'unfinished', text: `not whole again: ${missing}` });
  await untilAcknowledged(stand, subscriptions);
  findings.push(...(await check(stand, subscriptions, planted, fault.tearsWriters !== true)));
  findings.push(
    ...differencesOf(withoutDeadLetters(undisturbed.content), withoutDeadLetters(await readPipelineContent(infrastructure.postgresUrl()))),
  );
  const expected = planted.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  const copies = (await writtenDeadLetters(stand, subscriptions)) - writtenBefore;
  if (copies < expected)
    findings.push({
      kind: 'lost',
      text: `${String(expected - copies)} of ${String(expected)} planted dead letters are not in the .dlq topics`,
    });
  return {
    times: endedMs.length,
    goesOnAfterMs: await goesOnAfter(infrastructure.postgresUrl(), endedMs),
    wholeAfterMs: Math.max(0, atMs - lastEndMs),
    durationMs: Date.now() - startedMs,
    findings,
  };
}

async function prepare({ infrastructure, files, model }: Stand): Promise<void> {
  await emptyCatalogue(infrastructure.postgresUrl());
  await files.empty();
  await publishModel(model, infrastructure.postgresUrl(), files.url);
}

async function check(
  { infrastructure, files }: Stand,
  subscriptions: readonly Subscription[],
  planted: readonly Planted[],
  writersEnded: boolean,
): Promise<readonly Finding[]> {
  const url = infrastructure.postgresUrl();
  const plantedIds = new Set(planted.map(({ eventId }) => eventId));
  const isPlanted = ({ id, payload }: { readonly id: string; readonly payload: Uint8Array }): boolean =>
    planted.length > 0 && (plantedIds.has(id) || isPoison(payload));
  const findings: Finding[] = [...(await findInconsistencies(url, { subscriptions, isPlanted }))];
  findings.push(...(await findDamagedBlobs(url, await openBlobStore(files.url))));
  for (const name of await files.broken()) findings.push({ kind: 'changed', text: `the blob ${name} has bytes of another hash` });
  if (writersEnded) for (const name of await leftBehind(files)) findings.push({ kind: 'unfinished', text: `${name} is left in the store` });
  const expected = planted.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  const buried = await countPoisonLetters(url);
  if (buried !== expected)
    findings.push({
      kind: buried < expected ? 'lost' : 'doubled',
      text: `expected ${String(expected)} dead letters of poison messages, found ${String(buried)}`,
    });
  return findings;
}

/** What is temporary for longer than a write takes. */
async function leftBehind(files: StoredFiles): Promise<readonly string[]> {
  const before = new Set(await files.temporary());
  if (before.size === 0) return [];
  await sleep(15_000);
  return (await files.temporary()).filter((name) => before.has(name));
}

/** No event of ours is empty, and none begins like this. */
function isPoison(payload: Uint8Array): boolean {
  return payload.length === 0 || payload[0] === 0xff || Buffer.from(payload.subarray(0, 7)).toString() === 'poison ';
}

const withoutDeadLetters = ({ DeadLetter: _, ...content }: PipelineContent): PipelineContent => content;

async function countPoisonLetters(databaseUrl: string): Promise<number> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ payload: Buffer }>('SELECT payload FROM "DeadLetter"');
    return rows.filter(({ payload }) => isPoison(payload)).length;
  });
}

/** Every service ready, every group stable with all its members: a consumer that died in a living process shows here. */
async function untilWhole(
  { services, groups }: Stand,
  subscriptions: readonly Subscription[],
): Promise<{ readonly missing: string | undefined; readonly atMs: number }> {
  const names = groupsOf(subscriptions);
  const deadlineMs = Date.now() + wholeWithinMs;
  for (;;) {
    const missing = services.allReady() ? await groups.wanting(names, services.replicas) : 'not all services are ready';
    if (missing === undefined || Date.now() > deadlineMs) return { missing, atMs: Date.now() };
    await sleep(250);
  }
}

/** Until all offsets are committed: the next round must not be handed this one's events. */
async function untilAcknowledged({ groups }: Stand, subscriptions: readonly Subscription[]): Promise<void> {
  const deadlineMs = Date.now() + wholeWithinMs;
  for (;;) {
    const lag = await groups.lag(groupsOf(subscriptions)).catch(describeError);
    if (lag === 0) return;
    if (Date.now() > deadlineMs) throw new Error(`events are taken and not acknowledged: the lag is ${String(lag)}`);
    await sleep(250);
  }
}

const groupsOf = (subscriptions: readonly Subscription[]): readonly string[] => [...new Set(subscriptions.map(({ stage }) => stage))];

async function writtenDeadLetters({ groups }: Stand, subscriptions: readonly Subscription[]): Promise<number> {
  let sum = 0;
  for (const topic of new Set(subscriptions.map((it) => it.topic))) sum += await groups.written(deadLetterTopic(topic));
  return sum;
}

async function goesOnAfter(databaseUrl: string, endedMs: readonly number[]): Promise<readonly number[]> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ waitMs: number | null }>(
      `SELECT (SELECT extract(epoch FROM min("processedAt")) * 1000 FROM "Inbox" WHERE "processedAt" > to_timestamp(t / 1000))::float8 - t AS "waitMs"
       FROM unnest($1::float8[]) AS t`,
      [endedMs],
    );
    // Where all was done already, nothing was to go on.
    return rows.flatMap(({ waitMs }) => waitMs ?? []);
  });
}
