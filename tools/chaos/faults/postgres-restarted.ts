import type { Fault } from '../fault.ts';

export const postgresRestarted: Fault = {
  name: 'postgres-restarted',
  title: 'immediate shutdown of Postgres, and its restart',
  times: 6,
  timesARound: 2,
  tearsWriters: true,
  inject: async ({ random, infrastructure, untilDone, times, ended, say }) => {
    for (let done = 0; done < times; done += 1) {
      await untilDone((done + random.uniform(0.1, 0.9)) / times);
      say('restarting Postgres');
      await infrastructure.restartPostgres();
      ended();
    }
  },
};
