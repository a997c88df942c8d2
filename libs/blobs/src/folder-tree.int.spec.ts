import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeSourceTree } from '@mammoline/testing';
import { createSourceTrees } from './create-source-trees.ts';

describeSourceTree('a folder', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'folder-tree-'));
  const root = join(directory, 'tree');
  await mkdir(root);
  const put = async (sourcePath: string, bytes: Uint8Array): Promise<void> => {
    const path = join(root, sourcePath);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  };
  const openTree = createSourceTrees('file:///blobs');
  return {
    tree: await openTree(root),
    put,
    remove: (sourcePath) => rm(join(root, sourcePath)),
    putUnreadable:
      process.getuid?.() === 0
        ? undefined
        : async (sourcePath) => {
            await put(sourcePath, new Uint8Array(10));
            await chmod(join(root, sourcePath), 0);
          },
    blobsUrls: [pathToFileURL(join(directory, 'blobs')).href],
    openNothing: () => openTree(join(directory, 'no-such-folder')),
    close: () => rm(directory, { recursive: true }),
  };
});
