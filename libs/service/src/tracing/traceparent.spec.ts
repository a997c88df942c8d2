import { expect, test } from 'vitest';
import { followTraceparent, formatTraceparent, parseTraceparent } from './traceparent.ts';

const text = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('a traceparent is read and written', () => {
  const context = parseTraceparent(text);
  expect(context).toEqual({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote: true });
  expect(context && formatTraceparent(context)).toBe(text);
});

test.each([undefined, '', 'nonsense', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `${text}0`, text.toUpperCase()])(
  '%s is none, and a trace begins',
  (bad) => {
    expect(parseTraceparent(bad)).toBeUndefined();
    expect(followTraceparent(bad)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  },
);

test('what passes through unseen keeps its cause', () => {
  expect(followTraceparent(text)).toBe(text);
});
