import { spawn, type ChildProcess } from 'node:child_process';
import { afterEach, expect, it, vi } from 'vitest';
import { keepPart } from './keep-part.ts';
import type { Part } from './parts.ts';

const children = new Map<string, ChildProcess>();
afterEach(() => {
  for (const child of children.values()) child.kill('SIGKILL');
});

/** Two processes that do nothing; `start` makes those that are not there. */
function twoSleepers(environment: () => Record<string, string>): Part & { readonly start: ReturnType<typeof vi.fn<Part['start']>> } {
  return {
    name: 'sleepers',
    start: vi.fn<Part['start']>(async () => {
      for (const name of ['sleeper-1', 'sleeper-2']) {
        const known = children.get(name);
        if (known?.exitCode === null && known.signalCode === null) continue;
        children.set(name, spawn('sleep', ['600']));
      }
      const processes = [...children].map(([name, { pid = 0 }]) => ({ name, pid, address: name }));
      return { processes, environment: environment() };
    }),
    stop: async () => {
      for (const child of children.values()) child.kill('SIGKILL');
    },
  };
}

it('starts again what ended of a part, and tells of new addresses alone', async () => {
  let address = 'here';
  const moves: boolean[] = [];
  const part = twoSleepers(() => ({ ADDRESS: address }));
  const kept = await keepPart({ part, onChange: ({ moved }) => moves.push(moved), say: () => undefined });
  const [first, second] = kept.states().map(({ process }) => process);
  children.get('sleeper-2')?.kill('SIGKILL');
  await vi.waitFor(() => {
    expect(kept.states()[1]).toMatchObject({
      restarts: 1,
      process: expect.objectContaining({ pid: children.get('sleeper-2')?.pid }) as unknown,
    });
  }, 20_000);
  expect(kept.states()[0]).toMatchObject({ restarts: 0, process: first });
  expect(kept.states()[1]?.process).not.toEqual(second);
  expect(moves).toEqual([false, false]);

  // A start that fails once is tried again.
  part.start.mockRejectedValueOnce(new Error('not now'));
  address = 'there';
  children.get('sleeper-1')?.kill('SIGKILL');
  await vi.waitFor(() => {
    expect(kept.running().environment).toEqual({ ADDRESS: 'there' });
  }, 20_000);
  expect(moves.at(-1)).toBe(true);

  await kept.stop();
  const starts = part.start.mock.calls.length;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(part.start.mock.calls.length).toBe(starts);
});
