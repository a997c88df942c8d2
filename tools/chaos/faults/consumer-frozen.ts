import { sleep } from '@mammoline/kernel';
import type { Fault } from '../fault.ts';

const frozenMs = 40_000;

export const consumerFrozen: Fault = {
  name: 'consumer-frozen',
  title: 'SIGSTOP of a consumer for 40 s',
  times: 4,
  timesARound: 1,
  inject: async ({ random, services, untilDone, ended, say }) => {
    await untilDone(random.uniform(0.05, 0.4));
    const [first, ...others] = services
      .ready()
      .filter(({ name }) => ['restructurer', 'mask-merger', 'preprocessor', 'predictor'].includes(name));
    if (first === undefined) throw new Error('no consumer is ready');
    const victim = random.pick([first, ...others]);
    say(`freezing ${victim.title} for ${String(frozenMs / 1000)} s`);
    process.kill(victim.pid, 'SIGSTOP');
    try {
      await sleep(frozenMs);
    } finally {
      process.kill(victim.pid, 'SIGCONT');
    }
    ended();
  },
};
