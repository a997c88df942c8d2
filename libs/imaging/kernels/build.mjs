// Compiles the kernels: node libs/imaging/kernels/build.mjs (npm run build:kernels). A spec checks that the committed file is what comes out.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const target = fileURLToPath(new URL('../src/kernels/kernels.wasm', import.meta.url));

/** @returns {Promise<Uint8Array>} */
export async function compileKernels() {
  const written = new Map();
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      ...['--outFile', 'kernels.wasm'],
      ...['--enable', 'simd', '--importMemory', '--noExportMemory', '--runtime', 'stub', '--noAssert'],
      ...['--optimizeLevel', '3', '--shrinkLevel', '0'],
    ],
    {
      readFile: (name) => readFile(fileURLToPath(new URL(name, import.meta.url)), 'utf8').catch(() => null),
      writeFile: (name, contents) => void written.set(name, contents),
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(`the kernels do not compile:\n${stderr.toString()}`, { cause: error });
  return written.get('kernels.wasm');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = await compileKernels();
  await writeFile(target, bytes);
  console.log(`${target}: ${bytes.length} bytes`);
}
