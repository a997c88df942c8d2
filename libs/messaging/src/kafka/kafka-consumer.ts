import { describeError, unavailable } from '@mammoline/kernel';
import type { Admin, Consumer as Member, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import type { Consumer, ConsumerOptions } from '../transport.ts';
import { fromKafkaMessage } from './cloud-event.ts';
import { createKeyedWork, type Finished } from './keyed-work.ts';
import { readEnds, readLag, toCommitMetadata } from './read-lag.ts';
import { createStallWatch } from './stall-watch.ts';
import { subscribeToTopics } from './subscribe-to-topics.ts';
import { within } from './within.ts';

/** Unfinished messages of one partition in memory at which no more are fetched of it; they are again at half of that. */
const maxInHand = 500;
/** Acknowledgements of this time are committed together. */
const commitDelayMs = 20;
const commitAgainMs = 1000;
/** A fetch that finds nothing: short, since heartbeats, resumed partitions and a stop wait for it. */
const fetchWaitMs = 250;
/** How soon members learn that others came or left. */
const heartbeatMs = 500;
/** Longest wait for the group at the start: a member that died holds the others up for the session timeout. */
const joinWithinMs = 10_000;
/** Longest wait for what runs before a member that stops leaves its group: the others have its partitions from then on. */
const leaveWithinMs = 1000;
const disconnectWithinMs = 5000;
const watchEveryMs = 10_000;
const stallMs = 30_000;

export interface KafkaConsumerContext {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly sessionTimeoutMs: number;
  readonly log: Logger;
}

/**
 * One member of a consumer group. kafkajs fetches and beats; what it fetches is only taken into memory by its callback, and handled outside,
 * so that no handler, however long, holds a heartbeat, a partition or another key up. Offsets are committed up to the lowest unfinished one.
 */
export async function startKafkaConsumer(context: KafkaConsumerContext, options: ConsumerOptions): Promise<Consumer> {
  const { kafka, admin, sessionTimeoutMs } = context;
  const log = context.log.child({ group: options.group });
  const committed = new Map<string, Finished>();
  /** Offsets up to which we have committed partitions that are still ours. */
  const committedBelow = new Map<string, number>();
  const paused = new Set<string>();
  let assigned: ReadonlySet<string> = new Set();
  let taken = 0;
  let lastFetchMs = Date.now();
  let memberId: string | undefined;
  let commitTimer: NodeJS.Timeout | undefined;
  let stopping = false;
  let failed = false;

  const fail = (error: unknown): void => {
    if (stopping || failed) return;
    failed = true;
    options.onFatal(new Error(`consumer ${options.group} can't go on: ${describeError(error)}`, { cause: error }));
  };

  /** Between a crash of kafkajs and its next join there is no group to pause or resume in, and kafkajs throws; a group that is joined has no pauses. */
  const inGroup = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      log.debug({ err: describeError(error) }, 'not in the group just now');
    }
  };

  const work = createKeyedWork({
    concurrency: options.concurrency,
    handle: options.handle,
    onThrow: (event, error) => {
      log.error({ err: error, eventId: event.id }, 'a handler threw; its event comes again');
    },
    onProgress: () => {
      commitSoon(commitDelayMs);
      for (const name of paused) {
        if (stopping || work.inHand(name) > maxInHand / 2) continue;
        paused.delete(name);
        inGroup(() => {
          member.resume([partitionOf(name)]);
        });
      }
    },
  });

  const due = (): readonly (readonly [string, Finished])[] =>
    [...work.finished()].filter(([name, { below, beyond }]) => {
      const known = committed.get(name);
      return known?.below !== below || known.beyond !== beyond;
    });

  const commit = async (): Promise<void> => {
    const offsets = due();
    if (offsets.length === 0) return;
    await member.commitOffsets(
      offsets.map(([name, { below, beyond }]) => ({
        ...topicAndPartition(name),
        offset: String(below),
        metadata: toCommitMetadata(beyond),
      })),
    );
    for (const [name, finished] of offsets) {
      committed.set(name, finished);
      committedBelow.set(name, finished.below);
    }
  };

  /** A commit outside kafkajs' own callback: where it fails (a session that expired, a broker away) it is repeated, and nothing crashes. */
  const commitSoon = (delayMs: number): void => {
    if (stopping) return;
    commitTimer ??= setTimeout(() => {
      commit().then(
        () => {
          commitTimer = undefined;
          if (due().length > 0) commitSoon(commitDelayMs);
        },
        (error: unknown) => {
          log.warn({ err: describeError(error) }, 'offsets were not committed; trying again');
          commitTimer = undefined;
          commitSoon(commitAgainMs);
        },
      );
    }, delayMs);
  };

  const take = async (payload: EachBatchPayload): Promise<void> => {
    if (stopping) return;
    const { batch } = payload;
    const name = `${batch.topic}/${String(batch.partition)}`;
    const events = batch.messages.map((message) => ({
      offset: Number(message.offset),
      event: fromKafkaMessage(batch.topic, batch.partition, message),
    }));
    const firstOffset = events[0]?.offset ?? Number.POSITIVE_INFINITY;
    if (firstOffset < (committedBelow.get(name) ?? 0)) {
      // Nobody goes back behind a commit: the topic was made anew, or its partition has lost its end. What comes are other events under old numbers.
      log.warn({ partition: name, offset: firstOffset }, 'a partition starts again: its events are taken from there');
      committedBelow.delete(name);
      work.drop(name, new Error('the partition was made anew'));
    }
    work.accept(name, events);
    taken += events.length;
    payload.resolveOffset(batch.lastOffset());
    commitSoon(commitDelayMs);
    if (work.inHand(name) < maxInHand) return;
    paused.add(name);
    member.pause([partitionOf(name)]);
  };

  const openMember = async (): Promise<Member> => {
    const opened = kafka.consumer({
      groupId: options.group,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: heartbeatMs,
      maxWaitTimeInMs: fetchWaitMs,
      allowAutoTopicCreation: false,
    });
    opened.on(opened.events.CRASH, ({ payload }) => {
      // kafkajs ends a consumer for good after some errors, and the process lives on: the service must not.
      if (!payload.restart && opened === member) fail(payload.error);
      else log.warn({ err: describeError(payload.error) }, 'the Kafka consumer crashed and starts again');
    });
    opened.on(opened.events.FETCH, () => {
      lastFetchMs = Date.now();
    });
    opened.on(opened.events.REBALANCING, () => {
      assigned = new Set();
    });
    opened.on(opened.events.GROUP_JOIN, ({ payload }) => {
      assigned = new Set(
        Object.entries(payload.memberAssignment).flatMap(([topic, numbers]) => numbers.map((number) => `${topic}/${String(number)}`)),
      );
      // Another id means that we were out of the group: others may have had our partitions in between.
      const kept = payload.memberId === memberId ? assigned : new Set<string>();
      work.keepOnly(kept);
      for (const name of committedBelow.keys()) if (!kept.has(name)) committedBelow.delete(name);
      memberId = payload.memberId;
      committed.clear();
      for (const name of paused) {
        if (work.inHand(name) >= maxInHand) continue;
        paused.delete(name);
        opened.resume([partitionOf(name)]);
      }
      commitSoon(commitDelayMs);
    });
    await opened.connect();
    try {
      await subscribeToTopics(opened, options.topics, joinWithinMs);
    } catch (error) {
      await within(disconnectWithinMs, opened.disconnect()).catch(() => undefined);
      throw error;
    }
    return opened;
  };

  const runMember = async (): Promise<void> => {
    lastFetchMs = Date.now();
    const joined = member.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: take });
    joined.catch(fail);
    if ((await within(joinWithinMs, joined)) === 'late') log.warn('the group is still waiting for its members; going on');
  };

  const isBehind = async (): Promise<boolean> => {
    if (Date.now() - lastFetchMs > stallMs) return true;
    const open = [...assigned].filter((name) => !paused.has(name) && work.inHand(name) === 0);
    if (open.length === 0) return false;
    const lags = await readLag(admin, options.group, readEnds(admin), options.topics);
    return lags.some(({ topic, partition, lag }) => lag > 0 && open.includes(`${topic}/${String(partition)}`));
  };

  const restart = async (): Promise<void> => {
    log.warn('events wait and none come: the Kafka consumer starts again');
    const old = member;
    work.dropAll(new Error('the consumer starts again'));
    committedBelow.clear();
    paused.clear();
    member = await openMember();
    await within(disconnectWithinMs, old.disconnect()).catch(() => undefined);
    if (stopping) await within(disconnectWithinMs, member.disconnect());
    else await runMember();
  };

  const look = createStallWatch({ stallMs, nowMs: Date.now, progress: () => taken, isBehind, restart });
  let member = await openMember().catch((error: unknown) => {
    throw unavailable(`consumer ${options.group} can't join its group: ${describeError(error)}`, { cause: error });
  });
  await runMember();
  let looking = false;
  const watch = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch((error: unknown) => {
        log.warn({ err: describeError(error) }, 'the Kafka consumer could not be watched');
      })
      .finally(() => {
        looking = false;
      });
  }, watchEveryMs);
  watch.unref();

  const stop = async (graceMs: number): Promise<void> => {
    stopping = true;
    clearInterval(watch);
    // What came now would be let lie, and fetched again and again.
    inGroup(() => {
      member.pause(options.topics.map((topic) => ({ topic })));
    });
    const leaveMs = Math.min(graceMs, leaveWithinMs);
    await work.drain(leaveMs);
    clearTimeout(commitTimer);
    await within(disconnectWithinMs, commit()).catch((error: unknown) => {
      log.warn({ err: describeError(error) }, 'offsets were not committed at the stop; their events come again');
    });
    const left = member.disconnect().catch((error: unknown) => {
      log.warn({ err: describeError(error) }, 'the Kafka consumer did not disconnect');
    });
    // Others may have what still runs by now. Whoever is first writes its effect, and the other one's is a repeat.
    const unfinished = await work.drain(graceMs - leaveMs);
    if (unfinished > 0) log.warn({ events: unfinished }, 'handing back events that did not finish within the grace time');
    work.dropAll(new Error('the consumer stops and its grace time is over'));
    await within(disconnectWithinMs, left);
  };
  let stopped: Promise<void> | undefined;
  return { stop: (graceMs) => (stopped ??= stop(graceMs)) };
}

const topicAndPartition = (name: string): { topic: string; partition: number } => {
  const at = name.lastIndexOf('/');
  return { topic: name.slice(0, at), partition: Number(name.slice(at + 1)) };
};
const partitionOf = (name: string): { topic: string; partitions: number[] } => {
  const { topic, partition } = topicAndPartition(name);
  return { topic, partitions: [partition] };
};
