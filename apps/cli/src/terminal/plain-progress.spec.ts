import { describe, expect, it } from 'vitest';
import { openPlainProgress } from './plain-progress.ts';

function display(): { lines: string[]; update: (atMs: number, done: number, total: number | undefined) => void; close: () => void } {
  const lines: string[] = [];
  let nowMs = 0;
  const progress = openPlainProgress(
    (line) => lines.push(line),
    () => nowMs,
  );
  return {
    lines,
    update: (atMs, done, total) => {
      nowMs = atMs;
      progress.update('files', { done, total });
    },
    close: () => {
      progress.close();
    },
  };
}

describe('plain progress', () => {
  it('writes a line each 10 %, at most one a second, and the end at once', () => {
    const { lines, update } = display();
    for (let done = 0; done <= 100; done += 1) update(done * 100, done, 100);
    expect(lines).toEqual([
      'files: 0 of 100 (0 %)',
      'files: 10 of 100 (10 %)',
      'files: 20 of 100 (20 %)',
      'files: 30 of 100 (30 %)',
      'files: 40 of 100 (40 %)',
      'files: 50 of 100 (50 %)',
      'files: 60 of 100 (60 %)',
      'files: 70 of 100 (70 %)',
      'files: 80 of 100 (80 %)',
      'files: 90 of 100 (90 %)',
      'files: 100 of 100 (100 %)',
    ]);
  });

  it('keeps quiet between, and tells the last state when it closes', () => {
    const { lines, update, close } = display();
    update(0, 1, undefined);
    update(500, 2, undefined);
    update(900, 3, undefined);
    expect(lines).toEqual(['files: 1']);
    close();
    expect(lines).toEqual(['files: 1', 'files: 3']);
  });

  it('shows after ten seconds that something goes on', () => {
    const { lines, update } = display();
    update(0, 1, 1000);
    update(9_999, 2, 1000);
    update(10_000, 3, 1000);
    expect(lines).toEqual(['files: 1 of 1000 (0 %)', 'files: 3 of 1000 (0 %)']);
  });
});
