import { sleep } from '@mammoline/kernel';
import type { Fault } from '../fault.ts';

export const serviceKilled: Fault = {
  name: 'service-killed',
  title: 'SIGKILL of a random service at a random instant',
  times: 100,
  timesARound: 10,
  tearsWriters: true,
  inject: async ({ random, services, over, times, untilDone, ended, say }) => {
    await untilDone(random.uniform(0, 0.1));
    for (let done = 0; done < times && !over.aborted;) {
      const [first, ...others] = services.ready();
      if (first !== undefined) {
        const victim = random.pick([first, ...others]);
        say(`killing ${victim.title}`);
        try {
          process.kill(victim.pid, 'SIGKILL');
          done += 1;
          ended();
        } catch {
          // It has just ended by itself.
        }
      }
      await sleep(1000 * random.uniform(0.1, 4), over).catch(() => undefined);
    }
  },
};
