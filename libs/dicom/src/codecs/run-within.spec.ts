import { Failure } from '@mammoline/kernel';
import { expect, test } from 'vitest';
import { runWithin } from './run-within.ts';

test('gives back what the work gives, and throws what it throws', () => {
  expect(runWithin(10_000, 'the work', () => [1])).toEqual([1]);
  const thrown = new TypeError('wrong');
  expect(() =>
    runWithin(10_000, 'the work', () => {
      throw thrown;
    }),
  ).toThrow(thrown);
});

test('stops a loop without end', () => {
  const forever = (): never => {
    for (;;);
  };
  expect(() => runWithin(50, 'the work', forever)).toThrow(Failure);
  expect(() => runWithin(50, 'the work', forever)).toThrow('the work took more than 50 ms');
  // And the next work runs.
  expect(runWithin(10_000, 'the work', () => 1)).toBe(1);
});

test('stops a loop without end in WebAssembly', () => {
  // (module (func (export "f") (loop (br 0))))
  const loop = Buffer.from('AGFzbQEAAAABBAFgAAADAgEABwUBAWYAAAoJAQcAA0AMAAsL', 'base64');
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(loop)).exports;
  expect(() => runWithin(50, 'the codec', f)).toThrow('the codec took more than 50 ms');
});

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: { readonly f: () => void } };
};
