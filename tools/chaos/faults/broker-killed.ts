import { sleep } from '@mammoline/kernel';
import type { Fault } from '../fault.ts';

export const brokerKilled: Fault = {
  name: 'broker-killed',
  title: 'SIGKILL of all brokers, and their restart',
  times: 3,
  timesARound: 1,
  inject: async ({ random, infrastructure, untilDone, ended, say }) => {
    await untilDone(random.uniform(0.05, 0.4));
    const ids = Array.from({ length: infrastructure.brokers }, (_, index) => index + 1);
    say(`killing ${String(ids.length)} brokers`);
    for (const id of ids) await infrastructure.killBroker(id);
    await sleep(1000 * random.uniform(0, 10));
    await infrastructure.startBrokers();
    ended();
  },
};
