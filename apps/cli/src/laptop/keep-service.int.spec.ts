import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTurns } from '@mammoline/kernel';
import { expect, test, vi } from 'vitest';
import { keepService } from './keep-service.ts';
import { workDirectory } from './work-directory.ts';

test('a service whose log can not be opened is told of and tried again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'mammoline-keep-'));
  const service = keepService({
    name: 'mask-merger',
    replica: 1,
    work: workDirectory(join(directory, 'gone')),
    turns: createTurns(1),
    environment: () => ({}),
    onChange: () => undefined,
  });
  await vi.waitFor(() => {
    expect(service.state()).toMatchObject({ lastExit: expect.stringContaining('ENOENT') as unknown, restarts: 2 });
  }, 5_000);
  await service.stop(1_000);
  expect(service.state()).toMatchObject({ phase: 'stopped' });
  await rm(directory, { recursive: true });
});
