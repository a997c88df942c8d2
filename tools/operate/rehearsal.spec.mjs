import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { alertsFile } from '../check/signals/read-rules.mjs';
import { rehearsalToMarkdown } from './rehearsal-to-markdown.ts';
import { shortenRules } from './shorten-rules.ts';
import { watchAlerts } from './watch-alerts.ts';

it('shortens pauses and windows of the rules, and nothing else', () => {
  const rules = readFileSync(alertsFile, 'utf8');
  const short = shortenRules(rules);
  expect(new Set(short.match(/for: \S+/g))).toEqual(new Set(['for: 10s']));
  expect(new Set(short.match(/\[\d+\w\]/g))).toEqual(new Set(['[1m]']));
  expect(short.split('\n')).toHaveLength(rules.split('\n').length);
  const withoutTimes = (text) => text.replaceAll(/for: \S+|\[\d+\w\]/g, '');
  expect(withoutTimes(short)).toBe(withoutTimes(rules));
});

it('notes when an alert fires and ends, also where its numbers change meanwhile', async () => {
  let alerts = [{ name: 'Lag', state: 'pending', summary: '5 events wait' }];
  const watch = watchAlerts({ alerts: () => Promise.resolve(alerts) });
  const course = async (matches) => {
    await expect.poll(() => watch.courses(), { timeout: 10_000 }).toEqual(matches);
  };
  await course([]);
  alerts = [{ name: 'Lag', state: 'firing', summary: '6 events wait' }];
  await course([{ name: 'Lag', summary: '6 events wait', firedAfterS: expect.any(Number), endedAfterS: undefined }]);
  alerts = [{ name: 'Lag', state: 'firing', summary: '7 events wait' }];
  alerts = [];
  await course([{ name: 'Lag', summary: '6 events wait', firedAfterS: expect.any(Number), endedAfterS: expect.any(Number) }]);
  await watch.stop();
});

it('prints what was seen', () => {
  const text = rehearsalToMarkdown([
    {
      fault: { name: 'store', title: 'The store is away', expected: [] },
      alerts: [{ name: 'Away', summary: 'It is away', firedAfterS: 12, endedAfterS: 40 }],
      readiness: 'not ready: blobs',
      deepest: { preprocessor: 3 },
      deadLetters: {},
      mendedAfterS: 30,
      quietAfterS: 10,
    },
  ]);
  expect(text).toContain('| Away | It is away | 12 s | 40 s |');
  expect(text).toContain('- Waited at the most: preprocessor 3\n- Open dead letters: none');
});
