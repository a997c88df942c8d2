import { describe, expect, it } from 'vitest';
import { createStallWatch } from './stall-watch.ts';

function bench() {
  const world = { nowMs: 0, taken: 0, behind: true, restarts: 0 };
  const look = createStallWatch({
    stallMs: 30_000,
    nowMs: () => world.nowMs,
    progress: () => world.taken,
    isBehind: () => Promise.resolve(world.behind),
    restart: () => {
      world.restarts += 1;
      return Promise.resolve();
    },
  });
  const lookAgain = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      world.nowMs += 10_000;
      await look();
    }
  };
  return { world, lookAgain };
}

describe('createStallWatch', () => {
  it('restarts a consumer that takes nothing while events wait, and gives it time before the next restart', async () => {
    const { world, lookAgain } = bench();
    await lookAgain(4);
    expect(world.restarts).toBe(0);
    await lookAgain(1);
    expect(world.restarts).toBe(1);
    await lookAgain(3);
    expect(world.restarts).toBe(1);
  });

  it('leaves a consumer alone that moves, or has nothing to do', async () => {
    const { world, lookAgain } = bench();
    for (let step = 0; step < 5; step += 1) {
      await lookAgain(2);
      world.taken += 1;
    }
    world.behind = false;
    await lookAgain(10);
    expect(world.restarts).toBe(0);
  });
});
