import pg from 'pg';
import { writeEngineLog } from './engine-log.mjs';

const duplicateDatabase = ['42P04', '23505'];
const noSuchDatabase = '3D000';

/** `schema-engine cli can-connect-to-database | create-database`, which Prisma's command line calls before its migrations; gives back the exit code. */
export async function runDatabaseCommand(command, url) {
  const database = decodeURIComponent(url.pathname.slice(1)) || 'postgres';
  const address = new URL(url);
  if (command === 'create-database') address.pathname = '/postgres';
  const client = new pg.Client({ connectionString: address.href });
  try {
    await client.connect();
    if (command === 'create-database') await createDatabase(client, database);
    await client.end();
    return 0;
  } catch (error) {
    const [code, message] =
      error.code === noSuchDatabase
        ? ['P1003', `Database \`${database}\` does not exist`]
        : ['P1001', `Can't reach database server at ${url.host}: ${error.message}`];
    // The command line reads the last line; an empty one ends whatever is before it.
    process.stderr.write('\n');
    writeEngineLog('ERROR', message, { is_panic: false, error_code: code });
    return 1;
  }
}

async function createDatabase(client, name) {
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    if (!duplicateDatabase.includes(error.code)) throw error;
  }
}
