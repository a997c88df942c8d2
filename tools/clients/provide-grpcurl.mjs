import { existsSync } from 'node:fs';
import path from 'node:path';
import { inCache } from '../workspace/paths.mjs';
import { replaceDirectory } from '../workspace/replace-directory.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';
import { underLock } from '../kafka/under-lock.mjs';

const version = 'v1.9.3';
const directory = inCache(`grpcurl-${version}`);
const program = path.join(directory, 'grpcurl');

/** grpcurl, built once by Go (minutes). Returns its path. */
export async function provideGrpcurl() {
  await underLock(directory, async () => {
    if (existsSync(program)) return;
    await replaceDirectory(directory, async (temporary) => {
      const install = ['go', 'install', `github.com/fullstorydev/grpcurl/cmd/grpcurl@${version}`];
      await runCommand(install, { env: { ...process.env, GOBIN: temporary } }).catch((cause) => {
        const why = cause.code === 'ENOENT' ? 'found no Go' : cause.message;
        throw new SetupError(`grpcurl could not be built: ${why}`, 'install Go 1.21 or later (Debian: golang)', { cause });
      });
      return temporary;
    });
  });
  return program;
}

/** Where it is; undefined where nobody has fetched it: a test does not wait minutes for it. */
export const cachedGrpcurl = () => (existsSync(program) ? program : undefined);
