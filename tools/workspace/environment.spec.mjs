import { describe, expect, it } from 'vitest';
import { workspaceEnvironment } from './environment.mjs';
import { inCache } from './paths.mjs';

describe('workspaceEnvironment', () => {
  it('has programs keep what Node compiles of them in the checkout, else where the user says', () => {
    expect(workspaceEnvironment({}).NODE_COMPILE_CACHE).toBe(inCache('compiled'));
    expect(workspaceEnvironment({ NODE_COMPILE_CACHE: '/elsewhere' }).NODE_COMPILE_CACHE).toBe('/elsewhere');
  });
});
