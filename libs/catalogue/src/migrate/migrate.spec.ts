import { invalid } from '@mammoline/kernel';
import { describe, expect, it } from 'vitest';
import { migrate } from './migrate.ts';

const url = 'postgresql://mammoline:hidden@db:5432/mammoline';

async function run(environment: Record<string, string>, apply: (url: string) => Promise<readonly string[]>) {
  const lines: string[] = [];
  const code = await migrate(environment, apply, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

describe('migrate', () => {
  it('applies what is missing and says which', async () => {
    const { code, text } = await run({ MAMMOLINE_POSTGRES_URL: url }, async () => ['one', 'two']);
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ applied: ['one', 'two'], msg: 'applied 2 migrations' });
  });

  it('says so where there is nothing to do', async () => {
    const { code, text } = await run({ MAMMOLINE_POSTGRES_URL: url }, async () => []);
    expect(code).toBe(0);
    expect(text).toContain('the newest schema');
  });

  it('names the variable, and never its value, where it is missing or wrong', async () => {
    const missing = await run({}, async () => []);
    expect(missing.code).toBe(78);
    expect(missing.text).toContain('MAMMOLINE_POSTGRES_URL: missing');
    const wrong = await run({ MAMMOLINE_POSTGRES_URL: 'mysql://user:hidden@db' }, async () => []);
    expect(wrong.code).toBe(78);
    expect(wrong.text).not.toContain('hidden');
  });

  it('exits with 1 where it failed, so that the Job tries again', async () => {
    const { code, text } = await run({ MAMMOLINE_POSTGRES_URL: url }, async () => Promise.reject(invalid('made by a newer version')));
    expect(code).toBe(1);
    expect(text).toContain('made by a newer version');
  });
});
