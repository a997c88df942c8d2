import { sleep } from '@mammoline/kernel';
import { withClient } from '@mammoline/testing/pipeline';
import type { Fault } from '../fault.ts';

export const deliveredTwice: Fault = {
  name: 'delivered-twice',
  title: 'each event delivered twice',
  times: 1,
  timesARound: 1,
  inject: async ({ infrastructure, over, standing, ended, say }) => {
    const again = new Set<string>();
    const sendAgain = async (): Promise<number> =>
      withClient(infrastructure.postgresUrl(), async (client) => {
        // As relays that publish and die before they have noted it.
        const { rows } = await client.query<{ id: string }>(
          `UPDATE "Outbox" SET "publishedAt" = NULL WHERE "publishedAt" IS NOT NULL AND id <> ALL($1::uuid[]) RETURNING id::text`,
          [[...again]],
        );
        for (const { id } of rows) again.add(id);
        return rows.length;
      });
    // A moment after it was sent: often while its first delivery is being handled.
    while (!over.aborted) {
      await sendAgain();
      await sleep(300, over).catch(() => undefined);
    }
    while ((await sendAgain()) + (await standing()).unsent > 0) await sleep(300);
    say(`${String(again.size)} events were sent twice`);
    ended();
  },
};
