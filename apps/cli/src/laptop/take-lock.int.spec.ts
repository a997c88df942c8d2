import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identifyProcess, isAlive, signalProcess } from './process-identity.ts';
import { lockHolder, takeLock } from './take-lock.ts';

let directory: string;
let lock: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mammoline-lock-'));
  lock = join(directory, 'lock');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** A process that tries for the lock, says what came of it and, if it got it, holds it for a while. */
const contender = (path: string, holdMs: number): readonly string[] => [
  '--input-type=module-typescript',
  '--eval',
  `import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'take-lock.ts'))};
   const got = takeLock(${JSON.stringify(path)}) !== undefined;
   console.log(got);
   if (got) await new Promise((resolve) => setTimeout(resolve, ${String(holdMs)}));`,
];

describe('takeLock', () => {
  it('is refused while its holder lives, and free when given back', () => {
    const release = takeLock(lock);
    expect(release).toBeDefined();
    expect(takeLock(lock)).toBeUndefined();
    expect(lockHolder(lock)?.pid).toBe(process.pid);
    release?.();
    expect(existsSync(lock)).toBe(false);
    expect(takeLock(lock)).toBeDefined();
  });

  it('takes over the lock of a process that is dead, also where its number lives on in another process', () => {
    writeFileSync(lock, JSON.stringify({ pid: process.pid, startedAt: 'before the last boot' }));
    expect(lockHolder(lock)).toBeUndefined();
    expect(takeLock(lock)).toBeDefined();
  });

  it('goes to one of many that want the lock of a dead process at once', async () => {
    writeFileSync(lock, JSON.stringify({ pid: 4_000_000, startedAt: 'never' }));
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => (await promisify(execFile)(process.execPath, [...contender(lock, 1_500)])).stdout.trim()),
    );
    expect(answers.filter((answer) => answer === 'true')).toHaveLength(1);
  });
});

describe('a process identity', () => {
  it('ends with the process, and signals reach only the one that is meant', async () => {
    const child = spawn(process.execPath, ['--eval', 'setTimeout(() => {}, 60_000)']);
    const identity = identifyProcess(child.pid ?? 0);
    if (identity === undefined) throw new Error('the child has no identity');
    const another = { ...identity, startedAt: 'another start' };
    expect(isAlive(identity)).toBe(true);
    expect(isAlive(another)).toBe(false);
    expect(signalProcess(another, 'SIGKILL')).toBe(false);
    expect(child.signalCode).toBeNull();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    expect(signalProcess(identity, 'SIGKILL')).toBe(true);
    await ended;
    expect(isAlive(identity)).toBe(false);
  });
});
