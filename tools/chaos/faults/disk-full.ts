import { rm, statfs, writeFile } from 'node:fs/promises';
import { sleep } from '@mammoline/kernel';
import type { Fault } from '../fault.ts';
import { smallDiskOf } from '../small-disk.ts';

const fullMs = 20_000;

export const diskFull: Fault = {
  name: 'disk-full',
  title: 'the disk of the blobs full for 20 s',
  times: 3,
  timesARound: 1,
  smallDisk: true,
  inject: async ({ random, infrastructure, untilDone, ended, say }) => {
    await untilDone(random.uniform(0.05, 0.4));
    const directory = smallDiskOf(infrastructure.directory);
    const ballast = `${directory}/ballast`;
    say('filling the disk');
    const endMs = Date.now() + fullMs;
    while (Date.now() < endMs) {
      const { bavail, bsize } = await statfs(directory);
      if (bavail > 0) await writeFile(ballast, Buffer.alloc(bavail * bsize), { flag: 'a' }).catch(() => undefined);
      await sleep(100);
    }
    await rm(ballast);
    ended();
  },
};
