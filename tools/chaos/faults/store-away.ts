import { sleep } from '@mammoline/kernel';
import type { Fault } from '../fault.ts';

const awayMs = 30_000;

export const storeAway: Fault = {
  name: 'store-away',
  title: 'the object store refuses all connections for 30 s',
  times: 2,
  timesARound: 1,
  tearsWriters: true,
  inject: async ({ random, infrastructure: { proxies }, untilDone, ended, say }) => {
    await untilDone(random.uniform(0.05, 0.4));
    say('the store goes away');
    proxies.store.refuse(true);
    await sleep(awayMs);
    proxies.store.refuse(false);
    ended();
  },
};

export const storeFrozen: Fault = {
  name: 'store-frozen',
  title: 'the object store hangs (SIGSTOP) for 30 s',
  times: 2,
  timesARound: 1,
  tearsWriters: true,
  inject: async ({ random, infrastructure: { store }, untilDone, ended, say }) => {
    await untilDone(random.uniform(0.05, 0.4));
    say('the store freezes');
    store.signal('SIGSTOP');
    await sleep(awayMs);
    store.signal('SIGCONT');
    ended();
  },
};
