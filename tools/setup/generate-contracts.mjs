import { existsSync, readFileSync } from 'node:fs';
import { hashInputs, readStamp, writeStamp } from '../workspace/stamp.mjs';
import { inWorkspace } from '../workspace/paths.mjs';
import { replaceDirectory } from '../workspace/replace-directory.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { upToDate } from './step.mjs';

const target = inWorkspace('libs', 'contracts', 'src', 'gen');

/** TypeScript out of proto/: events, gRPC clients and servers. */
export async function generateContracts() {
  const { version } = JSON.parse(readFileSync(inWorkspace('node_modules', 'ts-proto', 'package.json'), 'utf8'));
  const hash = hashInputs(['proto', 'buf.yaml', 'buf.gen.yaml'], [version]);
  if (existsSync(`${target}/descriptors.binpb`) && readStamp('contracts') === hash) return upToDate;
  await replaceDirectory(target, async (temporary) => {
    // The template names the folder from the workspace's root; `--output` puts a folder before that.
    await runCommand(['buf', 'generate', '--output', temporary]);
    const generated = `${temporary}/libs/contracts/src/gen`;
    // What the services answer reflection with.
    await runCommand(['buf', 'build', '--as-file-descriptor-set', '-o', `${generated}/descriptors.binpb`]);
    return generated;
  });
  writeStamp('contracts', hash);
  return 'generated from proto/';
}
