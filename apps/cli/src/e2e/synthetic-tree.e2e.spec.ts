import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { mammoline, mammolineOk, program, shared, temporaryDirectory } from './run-mammoline.fixture.ts';

const archive = join(shared, 'data/synthetic-cbis.tar.gz');
const directory = temporaryDirectory();
const work = join(directory.path, 'work');

afterAll(async () => {
  await mammoline('down', '--work', work);
  directory.remove();
});

it.skipIf(!existsSync(archive))(
  '64 views with every quirk of the real set end as their truth says (skipped where ../shared is absent)',
  async () => {
    const [unpacked, output, exported] = ['unpacked', 'report', 'exported'].map((name) => join(directory.path, name));
    if (unpacked === undefined || output === undefined || exported === undefined) throw new Error('unreachable');
    await mkdir(unpacked);
    expect(await program('tar', 'xzf', archive, '-C', unpacked)).toMatchObject({ code: 0 });
    const tree = existsSync(join(unpacked, 'truth.json')) ? unpacked : join(unpacked, 'synthetic-cbis');
    await mammolineOk('up', '--work', work);
    await mammolineOk('run', '--work', work, '--input', tree, '--output', output, '--image-size', '64', '--epochs', '1');
    await mammolineOk('export-tree', '--work', work, '--output', exported);
    const checked = await program('python3', join(shared, 'tools/check_run.py'), tree, join(output, 'report.json'), exported);
    expect(`${checked.stdout}${checked.stderr}`.trim()).toMatch(/all as in truth\.json$/);
    expect(checked.code).toBe(0);
  },
);
