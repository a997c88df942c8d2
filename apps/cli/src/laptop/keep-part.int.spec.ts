import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { keepPart } from './keep-part.ts';
import type { Part } from './parts.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

it('starts again a part that ended, also where that fails at first, and tells of another address alone', async () => {
  let address = 'here';
  const moves: boolean[] = [];
  const start = vi.fn<Part['start']>(async () => {
    const child = spawn('sleep', ['600']);
    children.push(child);
    return { pid: child.pid ?? 0, address, environment: { ADDRESS: address } };
  });
  const part = { name: 'sleeper', start, stop: async () => void children.at(-1)?.kill('SIGKILL') };
  const kept = await keepPart({ part, onChange: ({ moved }) => moves.push(moved), say: () => undefined });
  const running = (restarts: number): object => ({ restarts, process: expect.objectContaining({ pid: children.at(-1)?.pid }) as unknown });
  expect(kept.state()).toMatchObject(running(0));

  children[0]?.kill('SIGKILL');
  await vi.waitFor(() => {
    expect(kept.state()).toMatchObject(running(1));
  }, 20_000);
  expect(children).toHaveLength(2);
  expect(moves).toEqual([false, false]);

  start.mockRejectedValueOnce(new Error('not now'));
  address = 'there';
  children[1]?.kill('SIGKILL');
  await vi.waitFor(() => {
    expect(kept.state()).toMatchObject({ address: 'there', restarts: 2 });
  }, 20_000);
  expect(kept.running().environment).toEqual({ ADDRESS: 'there' });
  expect(moves.slice(2)).toEqual([false, true]);

  await kept.stop();
  await sleep(1_200);
  expect(start).toHaveBeenCalledTimes(4);
});
