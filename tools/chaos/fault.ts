import type { Random } from '@mammoline/testing/random';
import type { Infrastructure } from './infrastructure.ts';
import type { KafkaGroups } from './kafka-groups.ts';
import type { Services } from './services.ts';
import type { Standing } from './line.ts';
import type { Subscription } from '@mammoline/testing/pipeline';

/** What a fault works on while the line is under way. */
export interface FaultContext {
  readonly random: Random;
  readonly infrastructure: Infrastructure;
  readonly services: Services;
  readonly groups: KafkaGroups;
  readonly subscriptions: readonly Subscription[];
  /** Aborts when the line has come to rest, or its time is over. */
  readonly over: AbortSignal;
  /** How often a round should do its harm. */
  readonly times: number;
  /** Waits until about this share of the line's work is done, 0 to 1, or the line is at rest. */
  readonly untilDone: (share: number) => Promise<void>;
  readonly standing: () => Promise<Standing>;
  /** The fault is over now: from here on the line's recovery is timed. */
  readonly ended: () => void;
  /** An event that is meant to be refused: bytes that begin its payload, or an id of an outbox row. */
  readonly plant: (planted: Planted) => void;
  readonly say: (text: string) => void;
}

export interface Planted {
  /** Of an outbox row that can't be sent. */
  readonly eventId?: string;
  /** Dead letters that it must make, and copies in the topic's `.dlq`. */
  readonly topic: string;
  readonly deadLetters: number;
}

export interface Fault {
  readonly name: string;
  /** For the table. */
  readonly title: string;
  /** How often a full run does it, in all. */
  readonly times: number;
  /** How often in one round of the line. */
  readonly timesARound: number;
  /** Brokers that it needs; 1 where nothing is said. */
  readonly brokers?: number;
  /** On a store in a small file system of its own. */
  readonly smallDisk?: boolean;
  /** Writers are torn off in the middle: the store may keep their temporary files, as it says, for a day. */
  readonly tearsWriters?: boolean;
  /** Resolves when its harm is done and undone. */
  readonly inject: (context: FaultContext) => Promise<void>;
}
