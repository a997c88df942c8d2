import { dicomReceived, imageCatalogued, maskMerged, modelPublished, trainingRequested, viewPrepared } from '@mammoline/contracts';
import { deriveUuid } from '@mammoline/kernel';
import type pg from 'pg';
import type { Finding } from './finding.ts';
import { withClient } from './with-client.ts';

/** A stage and a topic of which it must take every event. */
export interface Subscription {
  readonly stage: string;
  readonly topic: string;
}

export interface InconsistencyOptions {
  readonly subscriptions: readonly Subscription[];
  /** Was an event planted to be refused? Its dead letters and its outbox row are no findings. */
  readonly isPlanted?: (event: { readonly id: string; readonly payload: Uint8Array }) => boolean;
}

interface EventRow {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly source: string;
  readonly payload: Buffer;
  readonly published: boolean;
}

/** Which stages took events of which topics in a database: in an undisturbed run, all that subscribe. */
export async function readSubscriptions(databaseUrl: string): Promise<readonly Subscription[]> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<Subscription>(
      `SELECT DISTINCT i.stage, o.topic FROM "Inbox" i JOIN "Outbox" o ON o.id = i."eventId" ORDER BY 1, 2`,
    );
    return rows;
  });
}

/**
 * What can't be in a pipeline that is at rest and has lost and doubled nothing, found by SQL straight on Postgres:
 * every event was sent, and is in the inbox of every stage that takes its topic; every event of a stage comes of one event that the stage took, by its
 * derived id; every revision was announced once; every file became a DicomFile, one event and one image; every import is finished; no dead letter is open.
 */
export async function findInconsistencies(databaseUrl: string, options: InconsistencyOptions): Promise<readonly Finding[]> {
  const { subscriptions, isPlanted = () => false } = options;
  return withClient(databaseUrl, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const all = (
      await client.query<EventRow>(
        `SELECT id::text, topic, key, source, payload, "publishedAt" IS NOT NULL AS published FROM "Outbox" ORDER BY position`,
      )
    ).rows;
    const events = all.filter((event) => !isPlanted(event) && !event.topic.endsWith('.dlq'));
    const inbox = (await client.query<{ stage: string; eventId: string; outcome: string }>('SELECT stage, "eventId", outcome FROM "Inbox"'))
      .rows;
    return [
      ...all
        .filter((event) => !event.published && !isPlanted(event))
        .map((event): Finding => ({ kind: 'unfinished', text: `${name(event)} was not sent` })),
      ...missedEvents(events, inbox, subscriptions),
      ...underivedEvents(events, inbox),
      ...(await wrongRevisions(client, events)),
      ...(await lostFiles(client, events)),
      ...(await openDeadLetters(client, isPlanted)),
    ];
  });
}

const name = ({ id, topic, key }: Pick<EventRow, 'id' | 'topic' | 'key'>): string => `event ${id} (${topic}, ${key})`;

function missedEvents(
  events: readonly EventRow[],
  inbox: readonly { readonly stage: string; readonly eventId: string }[],
  subscriptions: readonly Subscription[],
): readonly Finding[] {
  const taken = new Set(inbox.map(({ stage, eventId }) => `${stage} ${eventId}`));
  return subscriptions.flatMap(({ stage, topic }) =>
    events
      .filter((event) => event.topic === topic && !taken.has(`${stage} ${event.id}`))
      .map((event): Finding => ({ kind: 'lost', text: `${name(event)} was not taken by ${stage}` })),
  );
}

/**
 * Ids of a stage's events derive from (event taken, stage, place): one that does not was made twice, or by nothing. What services commit by
 * themselves (files received, tables imported, models) is exempt: it is held against the files and tables instead.
 */
function underivedEvents(
  events: readonly EventRow[],
  inbox: readonly { readonly stage: string; readonly eventId: string; readonly outcome: string }[],
): readonly Finding[] {
  const ids = new Set(events.map(({ id }) => id));
  const derived = new Set<string>();
  for (const { stage, eventId, outcome } of inbox) {
    if (outcome !== 'done') continue;
    for (let place = 0; ; place += 1) {
      const id = deriveUuid(eventId, stage, place);
      if (!ids.has(id)) break;
      derived.add(id);
    }
  }
  const stages = new Set(inbox.map(({ stage }) => `/mammoline/${stage}`));
  // A service may have the name of its stage.
  const isOfService = ({ topic, payload }: EventRow): boolean =>
    topic === trainingRequested.topic ||
    topic === modelPublished.topic ||
    (topic === imageCatalogued.topic && imageCatalogued.decode(payload).imageId === undefined);
  return events
    .filter((event) => stages.has(event.source) && !derived.has(event.id) && !isOfService(event))
    .map((event): Finding => ({ kind: 'doubled', text: `${name(event)} of ${event.source} comes of no event that the stage has taken` }));
}

/** A write that counts a revision on sends one event that names it, in the same transaction. */
async function wrongRevisions(client: pg.Client, events: readonly EventRow[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [table, announced] of [
    [
      'MergedMask',
      announcedRevisions(
        events,
        maskMerged.topic,
        (it) => maskMerged.decode(it),
        (it) => it.mergedMaskId,
      ),
    ],
    [
      'PreparedView',
      announcedRevisions(
        events,
        viewPrepared.topic,
        (it) => viewPrepared.decode(it),
        (it) => it.preparedViewId,
      ),
    ],
  ] as const) {
    const { rows } = await client.query<{ id: string; revision: number }>(`SELECT id::text, revision FROM "${table}"`);
    for (const { id, revision } of rows) {
      const told = [...(announced.get(id) ?? [])].sort((a, b) => a - b);
      if (told.length === revision && told.every((it, index) => it === index + 1)) continue;
      findings.push({
        kind: 'doubled',
        text: `${table} ${id} is at revision ${String(revision)}, and events tell of the revisions ${told.join(', ')}`,
      });
    }
  }
  return findings;
}

function announcedRevisions<Data extends { readonly revision: number }>(
  events: readonly EventRow[],
  topic: string,
  decode: (payload: Uint8Array) => Data,
  idOf: (data: Data) => string,
): ReadonlyMap<string, readonly number[]> {
  const byId = Map.groupBy(
    events.filter((event) => event.topic === topic).map((event) => decode(event.payload)),
    idOf,
  );
  return new Map([...byId].map(([id, data]) => [id, data.map(({ revision }) => revision)]));
}

async function lostFiles(client: pg.Client, events: readonly EventRow[]): Promise<readonly Finding[]> {
  const received = Map.groupBy(
    events.filter(({ topic }) => topic === dicomReceived.topic),
    (event) => dicomReceived.decode(event.payload).blob.sha256 as string,
  );
  const { rows: files } = await client.query<{ sha256: string; sourcePath: string; images: number }>(
    `SELECT f.sha256, f."sourcePath", (SELECT count(*) FROM "Image" i WHERE i.sha256 = f.sha256)::int AS images FROM "DicomFile" f`,
  );
  const findings = files.flatMap(({ sha256, sourcePath, images }): readonly Finding[] => {
    const announced = received.get(sha256)?.length ?? 0;
    return [
      ...(announced === 1
        ? []
        : [{ kind: announced === 0 ? 'lost' : 'doubled', text: `${sourcePath} was announced ${String(announced)} times` } as const]),
      ...(images === 1 ? [] : [{ kind: 'lost', text: `${sourcePath} has no image in the catalogue` } as const]),
    ];
  });
  const { rows: lost } = await client.query<{ path: string }>(
    `SELECT path FROM "SourceFile" s WHERE outcome <> 'REJECTED' AND NOT EXISTS (SELECT 1 FROM "DicomFile" f WHERE f.sha256 = s.sha256)`,
  );
  const { rows: unfinished } = await client.query<{ directory: string }>(`SELECT directory FROM "ImportRun" WHERE "finishedAt" IS NULL`);
  return [
    ...findings,
    ...lost.map(({ path }): Finding => ({ kind: 'lost', text: `${path} was taken, and its content is not there` })),
    ...unfinished.map(({ directory }): Finding => ({ kind: 'unfinished', text: `the import of ${directory} did not end` })),
  ];
}

async function openDeadLetters(client: pg.Client, isPlanted: NonNullable<InconsistencyOptions['isPlanted']>): Promise<readonly Finding[]> {
  const { rows } = await client.query<{
    stage: string;
    eventId: string;
    topic: string;
    key: string;
    payload: Buffer;
    errorKind: string;
    error: string;
  }>(`SELECT stage, "eventId"::text, topic, key, payload, "errorKind", error FROM "DeadLetter" WHERE "replayedAt" IS NULL`);
  return rows
    .filter(({ eventId: id, payload }) => !isPlanted({ id, payload }))
    .map(({ stage, eventId, topic, key, errorKind, error }): Finding => ({
      kind: 'dead',
      text: `${name({ id: eventId, topic, key })} is a dead letter of ${stage}: ${errorKind}: ${error}`,
    }));
}
