import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unavailable } from '@mammoline/kernel';

/** kafkajs asks for timers in the past, and Node tells everybody. */
export const noKafkaWarning = '--disable-warning=TimeoutNegativeWarning';

const tools = join(import.meta.dirname, '../../../../tools');

/**
 * Runs one of the workspace's programs (`kafka.mjs`, `s3.mjs`): Node's command line is the line between apps and tools.
 * @returns what it printed
 * @throws Failure unavailable with what it said
 */
export async function runTool(program: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [noKafkaWarning, join(tools, program), ...args]);
    return stdout;
  } catch (error) {
    const said =
      error instanceof Error && 'stderr' in error && typeof error.stderr === 'string'
        ? error.stderr.trim().replace(/\nTo mend it: /, '; to mend it: ')
        : '';
    throw unavailable(said === '' ? `tools/${program} could not be run` : said, { cause: said === '' ? error : undefined });
  }
}
