import { join } from 'node:path';
import { startTestCollector, whyNoKafka, type CollectedSpan, type TestCollector } from '@mammoline/testing';
import { generateSampleTree } from '@mammoline/testing/sample-tree';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { mammoline, mammolineOk, temporaryDirectory } from './run-mammoline.fixture.ts';

const noKafka = whyNoKafka();
const directory = temporaryDirectory();
const [before, after] = [join(directory.path, 'before'), join(directory.path, 'after')];
const lines = [
  { name: 'laptop', options: [], skip: undefined },
  { name: 'cluster', options: ['--cluster', '--replicas', '1'], skip: noKafka },
];
const workOf = (name: string): string => join(directory.path, name);
let collector: TestCollector;

beforeAll(async () => {
  const tree = { heightPx: 256, quirkRate: 0, testShare: 0.3 };
  await generateSampleTree({ ...tree, directory: before, patients: 5, seed: 5 });
  await generateSampleTree({ ...tree, directory: after, patients: 1, seed: 6 });
});
beforeEach(async () => {
  collector = await startTestCollector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.endpoint);
  vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '100');
});
afterEach(async () => {
  for (const { name } of lines) await mammoline('down', '--work', workOf(name));
  vi.unstubAllEnvs();
  await collector.close();
});
afterAll(() => {
  directory.remove();
});

/** From a span up to where its trace begins, as `service: span`. */
function pathOf(span: CollectedSpan): readonly string[] {
  const path: string[] = [];
  for (let at: CollectedSpan | undefined = span; at !== undefined;) {
    path.push(`${at.service}: ${at.name}`);
    const { traceId, parentSpanId }: CollectedSpan = at;
    at = collector.spans.find((other) => other.traceId === traceId && other.spanId === parentSpanId);
    if (at === undefined && parentSpanId !== '') path.push(`a span that never came: ${parentSpanId}`);
  }
  return path;
}

/** The ways to a prediction: a view is prepared once its mammogram is there, and again with its mask. */
const toPrepared = ['predictor: process mammoline.view.prepared.v1'];
const fromCall = [
  'restructurer: process mammoline.dicom.received.v1',
  'ingestor: mammoline.ingest.v1.IngestService/ImportFolder',
  'cli: mammoline.ingest.v1.IngestService/ImportFolder',
];
const withoutMask = [...toPrepared, 'preprocessor: process mammoline.image.catalogued.v1', ...fromCall];
const merged = ['preprocessor: process mammoline.mask.merged.v1', 'mask-merger: process mammoline.image.catalogued.v1', ...fromCall];
const withMask = [...toPrepared, ...merged];

describe.each(lines)('a trace on a $name', ({ name: line, options, skip }) => {
  const work = workOf(line);
  it.skipIf(skip !== undefined)(
    `goes from the call that imports a file to its prediction${skip === undefined ? '' : `: ${skip}`}`,
    { timeout: 900_000 },
    async () => {
      await mammolineOk('up', ...options, '--work', work);
      await mammolineOk('import', before, '--work', work);
      await mammolineOk('train', '--image-size', '64', '--epochs', '1', '--batch', '4', '--split', 'patient', '--work', work);
      const train = await vi.waitFor(() => collector.spans.find(({ name }) => name === 'train') ?? expect.unreachable(), 30_000);
      expect(pathOf(train)).toEqual(['trainer: train']);
      const seen = collector.spans.length;
      await mammolineOk('import', after, '--work', work);
      await vi.waitFor(
        () => {
          const sent = collector.spans.slice(seen).filter(({ name }) => name === 'send mammoline.prediction.completed.v1');
          // Whichever service's relay sent it.
          const ways = sent.map((span) => pathOf(span).slice(1)).filter((way) => way.at(-1) === fromCall.at(-1));
          expect(ways).not.toEqual([]);
          // Where the mask is merged before the mammogram is prepared, the merge has nothing left to prepare; its event comes all the same.
          const merges = collector.spans.slice(seen).filter(({ service, name }) => `${service}: ${name}` === merged[0]);
          expect(merges.map(pathOf)).toContainEqual(merged);
          for (const way of ways) expect([withMask, withoutMask]).toContainEqual(way);
        },
        { timeout: 60_000, interval: 500 },
      );
      expect(collector.spans.filter(({ failed }) => failed).map(pathOf)).toEqual([]);
      // Patients and the places of files, which name them.
      for (const secret of ['P_0000', directory.path]) expect(collector.received().includes(secret), secret).toBe(false);
    },
  );
});
