import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { inWorkspace } from './paths.mjs';

const withNode = inWorkspace('tools', 'with-node.mjs');

/** Starts `node -e program` under tools/with-node.mjs. */
function start(program) {
  const child = spawn(process.execPath, [withNode, 'node', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.setEncoding('utf8');
  return child;
}

it('gives back the exit code of the program', async () => {
  const [code] = await once(start('process.exitCode = 7'), 'exit');
  expect(code).toBe(7);
});

it('runs the program with a Node that takes TypeScript', async () => {
  const child = start('console.log(process.features.typescript)');
  const [text] = await once(child.stdout, 'data');
  expect(text.trim()).toBe('strip');
});

it('passes SIGTERM on and waits for the program to finish', async () => {
  const child = start(
    "process.on('SIGTERM', () => setTimeout(() => process.exit(3), 50)); setInterval(() => undefined, 1000); console.log('ready')",
  );
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(3);
});

it('says 128 + n where a signal ended the program, and 127 where there is none', async () => {
  const [killed] = await once(start("process.kill(process.pid, 'SIGKILL')"), 'exit');
  expect(killed).toBe(137);
  const [missing] = await once(spawn(process.execPath, [withNode, 'no-such-program-here']), 'exit');
  expect(missing).toBe(127);
});
