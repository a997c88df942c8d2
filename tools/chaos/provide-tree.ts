import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateSampleTree } from '@mammoline/testing/sample-tree';

const archive = join(import.meta.dirname, '../../../shared/data/synthetic-cbis.tar.gz');

/** The folder to import: the published synthetic tree where it is there; the project's own generator's otherwise, and where little time is. */
export async function provideTree(directory: string, isSmall: boolean): Promise<string> {
  const tree = join(directory, 'tree');
  if (isSmall || !existsSync(archive)) {
    const size = isSmall ? { patients: 8, heightPx: 256 } : { patients: 40, heightPx: 560 };
    await generateSampleTree({ directory: tree, ...size, quirkRate: 1.5, testShare: 0.3, seed: 5 });
    return tree;
  }
  await mkdir(tree);
  await promisify(execFile)('tar', ['xzf', archive, '-C', tree]);
  return existsSync(join(tree, 'truth.json')) ? tree : join(tree, 'synthetic-cbis');
}
