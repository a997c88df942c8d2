import { backoffDelayMs, describeError, sleep } from '@mammoline/kernel';
import { randomInt } from 'node:crypto';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { memberLockClass, wakeChannel } from './queue-schema.ts';

export interface MemberSession {
  /** Number under which this process holds its jobs; another after Postgres was away. */
  readonly member: () => number;
  readonly close: () => Promise<void>;
}

const reconnect = { firstDelayMs: 100, maxDelayMs: 5000 };

/**
 * One connection that lives as long as the process does and holds an advisory lock in the member's number. Postgres releases the lock the
 * moment the process dies, however it dies, and not before: a blocked event loop or a sleeping laptop keeps it. That is what tells an
 * orphaned job from a slow one. The same connection listens for wake-ups.
 */
export async function openMemberSession(options: {
  readonly url: string;
  readonly log: Logger;
  readonly onWake: (queue: string) => void;
  /** The session broke and is back, and what it still held has moved to its new number; others may have taken the rest. */
  readonly onRejoin: () => void;
}): Promise<MemberSession> {
  const { url, log, onWake, onRejoin } = options;
  const closing = new AbortController();
  let member = 0;
  let client: Client | undefined;

  const join = async (): Promise<void> => {
    const joining = new Client({
      connectionString: url,
      keepAlive: true,
      application_name: 'mammoline-queue-member',
      connectionTimeoutMillis: 10_000,
    });
    let lost = false;
    const onLost = (error?: Error): void => {
      if (lost) return;
      lost = true;
      if (client !== joining || closing.signal.aborted) return;
      log.warn({ err: error?.message }, 'the queue session to Postgres broke; joining again');
      void rejoin();
    };
    joining.on('error', onLost);
    joining.on('end', () => {
      onLost();
    });
    joining.on('notification', (message) => {
      onWake(message.payload ?? '');
    });
    const number = randomInt(1, 2 ** 31 - 1);
    try {
      await joining.connect();
      // A peer that vanishes without closing (power, network) is found within about 25 s.
      await joining.query('SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3');
      await joining.query('SELECT pg_advisory_lock($1::int, $2::int)', [memberLockClass, number]);
      await joining.query(`LISTEN ${wakeChannel}`);
      await joining.query('UPDATE mammoline_queue.claim SET member = $2 WHERE member = $1', [member, number]);
    } catch (error) {
      await joining.end().catch(() => undefined);
      throw error;
    }
    client = joining;
    member = number;
  };

  const rejoin = async (): Promise<void> => {
    for (let attempt = 1; !closing.signal.aborted; attempt += 1) {
      try {
        await join();
        onRejoin();
        log.info('the queue session to Postgres is back');
        return;
      } catch (error) {
        log.warn({ err: describeError(error), attempt }, 'joining the queue failed');
        await sleep(backoffDelayMs(attempt, reconnect, Math.random), closing.signal).catch(() => undefined);
      }
    }
  };

  await join();
  return {
    member: () => member,
    close: async () => {
      closing.abort();
      await client?.end().catch(() => undefined);
    },
  };
}
