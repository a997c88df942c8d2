import { renameSync, writeFileSync } from 'node:fs';

/** Replaces a small JSON file at once: a reader sees the old or the new text, never a part. */
export function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${String(process.pid)}.tmp`;
  // The state holds the database password.
  writeFileSync(temporary, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}
