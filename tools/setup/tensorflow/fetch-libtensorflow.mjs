import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inCache, inWorkspace } from '../../workspace/paths.mjs';
import { replaceDirectory } from '../../workspace/replace-directory.mjs';
import { runCommand } from '../../workspace/run-command.mjs';
import { tensorflowVersion } from './platform.mjs';

const scripts = inWorkspace('tools', 'setup', 'tensorflow');

/** Folder in the cache with libtensorflow and its headers, of the wheel for `kind` (`cpu` or `gpu`). */
export const libtensorflowDir = (kind) => inCache(`libtensorflow-${tensorflowVersion}-${kind}`);

/**
 * Downloads TensorFlow's Python wheel (252 MB; with CUDA about 3 GB) and keeps its C library, its headers and the CUDA libraries.
 * Throws where the wheel cannot be had.
 */
export async function fetchLibtensorflow(platform, kind, say) {
  const target = libtensorflowDir(kind);
  if (existsSync(path.join(target, 'tensorflow', platform.libraries[0]))) return 'cached';
  const project = `${platform[kind]}==${tensorflowVersion}`;
  say(`fetching the Python wheel ${project} ...`);
  await replaceDirectory(target, async (temporary) => {
    const wheels = path.join(temporary, 'wheels');
    const unpacked = path.join(temporary, 'unpacked');
    mkdirSync(wheels);
    mkdirSync(unpacked);
    await downloadWheels(platform.tags, wheels, [project]);
    if (kind === 'gpu') {
      const listed = await runCommand(['python3', path.join(scripts, 'list_cuda_wheels.py'), path.join(wheels, readdirSync(wheels)[0])]);
      const cuda = listed.trim().split('\n');
      say(`fetching ${cuda.length} CUDA wheels ...`);
      await downloadWheels([...platform.tags, 'manylinux_2_27_x86_64', 'manylinux2010_x86_64', 'manylinux1_x86_64'], wheels, cuda);
    }
    await runCommand(['python3', path.join(scripts, 'extract_wheels.py'), wheels, unpacked]);
    rmSync(wheels, { recursive: true });
    return unpacked;
  });
  return 'fetched';
}

function downloadWheels(tags, folder, requirements) {
  const platforms = tags.flatMap((tag) => ['--platform', tag]);
  // The wheel's Python version does not matter: only its C library is used.
  const filter = ['--no-deps', '--only-binary=:all:', '--python-version', '3.10', ...platforms];
  return runCommand([
    'python3',
    '-m',
    'pip',
    'download',
    '--quiet',
    '--disable-pip-version-check',
    ...filter,
    '--dest',
    folder,
    ...requirements,
  ]);
}
