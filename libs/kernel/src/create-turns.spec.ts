import { expect, it } from 'vitest';
import { createTurns } from './create-turns.ts';

const never = new AbortController().signal;
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

it('lets so many go on at a time, in their order', async () => {
  const turns = createTurns(2);
  const begun: number[] = [];
  const backs: (() => void)[] = [];
  for (const number of [1, 2, 3, 4])
    void turns.take(never).then((back) => {
      begun.push(number);
      backs.push(back);
    });
  await settle();
  expect(begun).toEqual([1, 2]);
  // Twice back is once.
  backs[0]?.();
  backs[0]?.();
  await settle();
  expect(begun).toEqual([1, 2, 3]);
  backs[1]?.();
  await settle();
  expect(begun).toEqual([1, 2, 3, 4]);
});

it('a turn that nobody waits for any more goes to the next', async () => {
  const turns = createTurns(1);
  const first = await turns.take(never);
  const stopping = new AbortController();
  const given = turns.take(stopping.signal);
  let third = false;
  void turns.take(never).then(() => (third = true));
  stopping.abort();
  (await given)();
  await settle();
  expect(third).toBe(false);
  first();
  await settle();
  expect(third).toBe(true);
});
