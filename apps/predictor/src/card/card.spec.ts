import { newUuid, parsePatientCode, sha256Of } from '@mammoline/kernel';
import { expect, test } from 'vitest';
import type { CardFacts } from './card-facts.ts';
import { cardToHtml } from './card-to-html.ts';
import { cardToMarkdown } from './card-to-markdown.ts';
import { composeCard } from './compose-card.ts';

const patient = (code: string) => parsePatientCode(code) ?? expect.unreachable(code);
const facts: CardFacts = {
  model: {
    id: newUuid(),
    runId: newUuid(),
    network: 'unet-compact',
    imageSize: 256,
    abnormalityKind: 'MASS',
    parameters: 1_945_233,
    backend: 'native-cpu',
    weights: { sha256: sha256Of('weights'), sizeBytes: 1, uri: 'cas:weights' },
    splitHash: sha256Of('split'),
    recipeHash: sha256Of('recipe'),
    bestEpoch: 2,
    validationDice: 0.61,
    threshold: 0.35,
    smallestAreaShare: 0,
    memberIds: [],
    abstainAbove: undefined,
    createdAt: new Date('2026-01-02T03:04:05Z'),
    aliases: [],
  },
  split: {
    hash: sha256Of('split'),
    kind: 'patient',
    seed: 7,
    abnormalityKind: 'MASS',
    training: [patient('P_00001'), patient('P_00002')],
    validation: [patient('P_00003')],
    test: [patient('P_00004')],
  },
  run: {
    options: { epochs: 2, network: '<b>|x', maxSeconds: undefined },
    epochs: [1, 2].map((epoch) => ({ epoch, loss: 1, validationLoss: 1, validationDice: 0.61, validationIou: 0.44, seconds: 3 })),
  },
  test: { views: 2, unscored: 1, meanDice: 0.5, medianDice: 0.55, meanIou: 0.4, medianIou: 0.45, details: [] },
};

test('says what the model is for, what it is made from, how good it is and what it can not do; names no patient', () => {
  const markdown = cardToMarkdown(composeCard(facts));
  const lines = markdown.split('\n');
  expect(lines.filter((line) => line.startsWith('#'))).toEqual([
    `# Model card: unet-compact ${facts.model.id}`,
    '## Intended use',
    '## Model',
    '## Data',
    '## Training',
    '## Scores on the validation patients',
    '## Scores on the test patients',
    '## Limits',
  ]);
  expect(markdown).toMatch(/not a medical device/);
  expect(markdown).toMatch(/segmentation of masses in/);
  expect(lines).toContain(`| split (SHA-256) | ${facts.split.hash} |`);
  expect(lines).toContain('| training patients | 2 |');
  expect(lines).toContain('| mean IoU | 0.440 |');
  expect(lines).toContain('| Dice | 0.500 | 0.550 |');
  expect(markdown).toMatch(/1 test views have no prediction or no truth/);
  expect(markdown).not.toMatch(/P\\?_\d{5}|undefined|NaN/);
});

test('what comes from outside is text, in both forms', () => {
  expect(cardToMarkdown(composeCard(facts))).toContain('| network | \\<b\\>\\|x |');
  const html = cardToHtml(composeCard(facts));
  expect(html).toContain('<td>&lt;b&gt;|x</td>');
  expect(html).not.toMatch(/<script|<b>|(?:src|href)=/);
  expect(html.match(/<h2>/g)).toHaveLength(7);
});

test('an encoder that learnt on other images is told of', () => {
  const sentence = /The encoder began with weights that it had learnt on other images/;
  expect(cardToMarkdown(composeCard(facts))).not.toMatch(sentence);
  const run = { ...facts.run, options: { epochs: 2, encoderWeights: { sha256: sha256Of('encoder') } } };
  expect(cardToMarkdown(composeCard({ ...facts, run }))).toMatch(sentence);
});

test('without test scores it says so; further scores are further tables', () => {
  const none = { ...facts, test: { ...facts.test, views: 0, unscored: 0 } };
  expect(cardToMarkdown(composeCard(none))).toMatch(/## Scores on the test patients\n\nNone yet\.\n/);
  const details = [{ heading: 'By view', about: 'Mean Dice.', table: { header: ['view', 'Dice'], rows: [['CC', '0.4']] } }];
  const markdown = cardToMarkdown(composeCard({ ...facts, test: { ...facts.test, details } }));
  expect(markdown).toContain('## By view\n\nMean Dice.\n\n| view | Dice |\n| --- | --- |\n| CC | 0.4 |');
});
