import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The commit that runs, with `-dirty` where files differ from it; `unknown` where the program is not in a repository and nobody named its version. */
export async function readCodeVersion(named: string | undefined, directory: string = import.meta.dirname): Promise<string> {
  if (named !== undefined) return named;
  try {
    const { stdout } = await promisify(execFile)('git', ['describe', '--always', '--dirty', '--abbrev=40'], {
      cwd: directory,
      timeout: 10_000,
    });
    return stdout.trim();
  } catch {
    return 'unknown';
  }
}
