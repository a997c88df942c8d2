import { sleep } from '@mammoline/kernel';
import type { Fault } from '../fault.ts';

const slowMs = 60_000;

export const connectionsCut: Fault = {
  name: 'connections-cut',
  title: 'all connections to Kafka, Postgres or the store cut, again and again',
  times: 40,
  timesARound: 20,
  tearsWriters: true,
  inject: async ({ random, infrastructure: { proxies }, over, untilDone, times, ended, say }) => {
    await untilDone(0.02);
    const all = [
      ...proxies.kafka.map((proxy) => ({ what: 'Kafka', proxy })),
      { what: 'Postgres', proxy: proxies.postgres },
      { what: 'the store', proxy: proxies.store },
    ] as const;
    for (let done = 0; done < times && !over.aborted; done += 1) {
      const { what, proxy } = random.pick([{ what: 'Postgres', proxy: proxies.postgres }, ...all]);
      say(`cutting ${String(proxy.cut())} connections to ${what}`);
      ended();
      await sleep(1000 * random.uniform(0.2, 3), over).catch(() => undefined);
    }
  },
};

export const connectionsSlow: Fault = {
  name: 'connections-slow',
  title: 'all connections 20 ms and 2 MB/s slow for 60 s',
  times: 1,
  timesARound: 1,
  inject: async ({ infrastructure: { proxies }, over, untilDone, ended, say }) => {
    await untilDone(0.02);
    const all = [...proxies.kafka, proxies.postgres, proxies.store];
    say('slowing all connections down');
    for (const proxy of all) proxy.slow({ delayMs: 20, bytesPerSecond: 2e6 });
    await sleep(slowMs, over).catch(() => undefined);
    for (const proxy of all) proxy.slow(undefined);
    ended();
  },
};
