import { sleep } from '@mammoline/kernel';
import type { Fault } from '../fault.ts';

const longestMs = 90_000;

export const brokerLost: Fault = {
  name: 'broker-lost',
  title: 'one of three brokers lost, and back when the work is done',
  times: 3,
  timesARound: 1,
  brokers: 3,
  inject: async ({ random, infrastructure, over, untilDone, ended, say }) => {
    await untilDone(random.uniform(0.05, 0.4));
    const id = random.integer(1, infrastructure.brokers + 1);
    say(`killing broker ${String(id)}`);
    await infrastructure.killBroker(id);
    // It stays away: the others must do.
    ended();
    await sleep(longestMs, over).catch(() => undefined);
    await infrastructure.startBrokers();
  },
};
