import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const main = join(import.meta.dirname, '../main.ts');

/** `../shared` beside the repository: data and tools of the tests, not part of it. */
export const shared = join(import.meta.dirname, '../../../../../shared');
export const hasShared = existsSync(join(shared, 'tools/check_run.py'));

/** Runs the program as a user does. */
export function mammoline(...args: readonly string[]): Promise<Finished> {
  return program(process.execPath, main, ...args);
}

export function program(command: string, ...args: readonly string[]): Promise<Finished> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout: stdout.join(''), stderr: stderr.join('') });
    });
  });
}

/** Runs the program and holds it to exit code 0; the error shows what it said. */
export async function mammolineOk(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await mammoline(...args);
  if (code !== 0) throw new Error(`mammoline ${args.join(' ')} ended with ${String(code)}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** A directory for one spec file: work directory, trees and outputs. */
export function temporaryDirectory(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'mammoline-e2e-'));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}
