import { describe, expect, it } from 'vitest';
import { chooseBaseline } from './choose-baseline.mjs';

const history = (commits) => (name) => Promise.resolve(commits[name]);
const tag = (name) => () => Promise.resolve(name);

describe('chooseBaseline', () => {
  it('takes the main branch beside it, the remote one first', async () => {
    const commits = { HEAD: 'c', 'origin/main': 'b', main: 'a', 'v1.0.0': 'v' };
    expect(await chooseBaseline(history(commits), tag('v1.0.0'))).toEqual({ name: 'origin/main', commit: 'b' });
  });

  it('on the main branch takes the last release, else the commit before', async () => {
    const commits = { HEAD: 'c', main: 'c', 'HEAD^': 'b', 'v1.0.0': 'v' };
    expect(await chooseBaseline(history(commits), tag('v1.0.0'))).toEqual({ name: 'v1.0.0', commit: 'v' });
    expect(await chooseBaseline(history(commits), tag(undefined))).toEqual({ name: 'HEAD^', commit: 'b' });
  });

  it('finds none on the first commit, in a shallow clone and without git', async () => {
    expect(await chooseBaseline(history({ HEAD: 'a', main: 'a' }), tag(undefined))).toBeUndefined();
    expect(await chooseBaseline(history({}), tag(undefined))).toBeUndefined();
  });
});
