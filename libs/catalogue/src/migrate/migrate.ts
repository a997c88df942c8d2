import { describeError } from '@mammoline/kernel';

/** What a service's process exits with, too: done; the supervisor may try again; the configuration is wrong. */
const exitCodes = { done: 0, failed: 1, badConfiguration: 78 } as const;

/**
 * Brings the database of MAMMOLINE_POSTGRES_URL to the newest schema, and says in one line of JSON what it did. Safe to run twice, and beside others.
 * @returns the exit code
 */
export async function migrate(
  environment: Readonly<Record<string, string | undefined>>,
  apply: (url: string) => Promise<readonly string[]>,
  print: (line: string) => void,
): Promise<number> {
  const say = (entry: Record<string, unknown>): void => {
    print(JSON.stringify({ service: 'migration', ...entry }));
  };
  const url = environment['MAMMOLINE_POSTGRES_URL'] ?? '';
  if (!/^postgres(ql)?:\/\/./.test(url)) {
    const found = url === '' ? 'missing' : 'found a value';
    say({ level: 'error', msg: `MAMMOLINE_POSTGRES_URL: ${found}: expected a URL like postgres://user:password@host:5432/database` });
    return exitCodes.badConfiguration;
  }
  try {
    const applied = await apply(url);
    say({
      level: 'info',
      applied,
      msg: applied.length === 0 ? 'the database has the newest schema' : `applied ${applied.length} migrations`,
    });
    return exitCodes.done;
  } catch (error) {
    say({ level: 'error', msg: describeError(error) });
    return exitCodes.failed;
  }
}
