import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '@mammoline/kernel';
import type pg from 'pg';
import type { ListCall } from './list-calls.ts';

const settings = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
} as const;

/** From now on Postgres writes the plan of every statement of new sessions into its log: what the services really ask, not what somebody believes they do. */
export async function logPlans(client: pg.Client, isOn: boolean): Promise<void> {
  for (const [name, value] of Object.entries(settings))
    await client.query(`ALTER DATABASE mammoline ${isOn ? `SET ${name} = '${value}'` : `RESET ${name}`}`);
}

/** The plans of the statements of a call, as the log has them. */
export async function explainCall(directory: string, { call }: ListCall): Promise<readonly string[]> {
  const log = join(directory, 'postgres', 'server.log');
  await call(3);
  const { size } = await stat(log);
  await call(4);
  await sleep(500);
  const written = (await readFile(log)).subarray(size).toString();
  return written
    .split(/^(?=\d{4}-\d\d-\d\d )/m)
    .filter(
      (entry) =>
        entry.includes('plan:') &&
        !/UPDATE|"public"\./.test(entry) &&
        entry.includes('FROM') &&
        !/mammoline_|pg_catalog|"Outbox"/.test(entry),
    )
    .map((entry) =>
      entry
        .replace(/^[\s\S]*?(?=\n\t(?:[A-Z][\w ]+)\s+\(cost)/, '')
        .replaceAll(/\(cost=[^)]*\) /g, '')
        .replaceAll('\n\t', '\n')
        .trim(),
    );
}
