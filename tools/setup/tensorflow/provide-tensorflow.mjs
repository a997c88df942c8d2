import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir, inCache } from '../../workspace/paths.mjs';
import { buildAddon } from './build-addon.mjs';
import { fetchLibtensorflow } from './fetch-libtensorflow.mjs';
import { installStock } from './install-stock.mjs';
import { addonIsInstalled, linkLibrary, tfjsNodeDir } from './link-library.mjs';
import { wheelPlatform } from './platform.mjs';
import { tryAddon } from './try-addon.mjs';
import { upToDate } from '../step.mjs';

const record = inCache('tensorflow.json');

/** What set-up chose last: `{backend: 'native' | 'native-gpu' | 'stock' | 'wasm', why}`; undefined before the first set-up. */
export function readTensorflowChoice() {
  try {
    return JSON.parse(readFileSync(record, 'utf8'));
  } catch {
    return undefined;
  }
}

function writeTensorflowChoice(choice) {
  mkdirSync(cacheDir, { recursive: true });
  writeFileSync(`${record}.new`, `${JSON.stringify(choice)}\n`);
  renameSync(`${record}.new`, record);
}

/** Starts the wheel's download (nothing else of set-up has to be there); never throws: gives back why it could not be had. */
export async function prepareTensorflow({ kind, missing, say }) {
  const platform = wheelPlatform();
  if (platform?.[kind] === undefined)
    return { problem: `no ${kind} wheel of TensorFlow for ${process.platform}-${process.arch} is known to work` };
  if (missing.length > 0) return { problem: missing.join('; ') };
  try {
    await fetchLibtensorflow(platform, kind, say);
    return { platform };
  } catch (error) {
    return { problem: `the Python wheel could not be had: ${error.message}` };
  }
}

/**
 * Gives tfjs-node its native library: compiled against the wheel's, else the stock download, else none (the WebAssembly backend is used).
 * `retry`: try the better ways again, though an earlier set-up has settled for a worse one.
 */
export async function provideTensorflow({ kind, prepared, retry, say }) {
  const before = readTensorflowChoice();
  const native = kind === 'gpu' ? 'native-gpu' : 'native';
  let problem = prepared.problem;
  if (prepared.platform !== undefined) {
    try {
      const changed = linkLibrary(prepared.platform, kind, await buildAddon(prepared.platform, kind, say));
      if (!changed && before?.backend === native) return upToDate;
      await tryAddon();
      return choose({ backend: native, why: "compiled against the Python wheel's libtensorflow" });
    } catch (error) {
      problem = `the addon does not build or load: ${error.message}`;
    }
  }
  const settled = before?.backend === 'wasm' || (before?.backend === 'stock' && addonIsInstalled());
  if (settled && !retry) return `${before.backend} (${before.why}; npm run setup tries again)`;
  say(`native: ${problem}`);
  say("trying tfjs-node's own download ...");
  try {
    await installStock();
    await tryAddon();
    return choose({ backend: 'stock', why: problem });
  } catch (error) {
    say(`stock: ${error.message.split('\n', 1)[0]}`);
    // A half-installed addon would be tried at every start.
    for (const folder of ['deps', 'lib']) rmSync(path.join(tfjsNodeDir, folder), { recursive: true, force: true });
    return choose({ backend: 'wasm', why: `${problem}; and tfjs-node's own download failed` });
  }
}

function choose(choice) {
  writeTensorflowChoice(choice);
  const meaning = choice.backend === 'wasm' ? 'WebAssembly backend, about 4 times slower' : choice.backend;
  return `${meaning}: ${choice.why}`;
}
