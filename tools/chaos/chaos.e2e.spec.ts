import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { whyNoKafka } from '@mammoline/testing/kafka';
import { afterEach, expect, it } from 'vitest';

const program = join(import.meta.dirname, 'run.ts');
const why = whyNoKafka();
/** Three minutes of faults on a machine that has nothing else to do; many times that on one that has. */
const patienceMs = 25 * 60_000;
let stop: (() => Promise<void>) | undefined;

afterEach(() => stop?.());

it.skipIf(why !== undefined)(
  `comes to the same whatever breaks: three minutes of chaos${why === undefined ? '' : ` (${why})`}`,
  async () => {
    const faults = ['service-killed', 'delivered-twice', 'replicas-race', 'connections-cut', 'poison', 'reverse-order', 'broker-killed'];
    const { code, said } = await chaos('--minutes', '3', '--seed', '7', ...faults.flatMap((name) => ['--fault', name]));
    expect(said).toMatch(/\| SIGKILL of a random service at a random instant \| \d+ in \d+ runs .* \| 0 \| 0 \| 0 \| as undisturbed \|/);
    expect(said).not.toContain('FAILED');
    expect(code).toBe(0);
  },
  patienceMs,
);

it('tells wrong usage', async () => {
  expect(await chaos('--fault', 'meteorite')).toMatchObject({
    code: 2,
    said: expect.stringMatching(/found meteorite.*\n.*\nfaults: service-killed/) as string,
  });
});

/** Runs the program; what it says while it runs is the reader's who wonders where it is. */
async function chaos(...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, ['--disable-warning=TimeoutNegativeWarning', program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  stop = async () => {
    child.kill('SIGINT');
    await exited;
  };
  const [out, progress] = await Promise.all([
    text(child.stdout),
    text(child.stderr.on('data', (piece: Buffer) => process.stderr.write(piece))),
  ]);
  return { code: await exited, said: `${out}${progress}` };
}
