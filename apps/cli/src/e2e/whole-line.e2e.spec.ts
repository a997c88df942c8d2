import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasShared, mammoline, mammolineOk, program, shared, temporaryDirectory } from './run-mammoline.fixture.ts';
import { describeEveryMethod } from './every-method.fixture.ts';
import { evaluationSchema } from '@mammoline/segmentation';
import { smallTree } from './small-tree.fixture.ts';
import { lintMetrics, parseMetrics, readMetricsReference, type ToldMetric } from '@mammoline/testing';
import { readReadyFile } from '../laptop/ready-file.ts';
import { serviceNames } from '../laptop/service-names.ts';
import { workDirectory } from '../laptop/work-directory.ts';
import type { SampleTree } from '@mammoline/testing/sample-tree';
import type { ReportJson } from '../report/report-json.ts';

const directory = temporaryDirectory();
const work = join(directory.path, 'work');
const output = join(directory.path, 'report');
let tree: SampleTree;

beforeAll(async () => {
  tree = await smallTree(join(directory.path, 'tree'));
});
afterAll(async () => {
  await mammoline('down', '--work', work);
  directory.remove();
});

describe('the whole line on a small tree', () => {
  it('says that nothing runs before it is started', async () => {
    const { code, stderr } = await mammoline('status', '--work', work);
    expect(code).toBe(3);
    expect(stderr).toMatch(/mammoline up/);
  });

  it('runs from raw files to the report, and stops what it has started', async () => {
    const options = ['--image-size', '64', '--epochs', '2', '--batch', '4', '--split', 'patient', '--seed', '1'];
    const stdout = await mammolineOk('run', '--work', work, '--input', tree.directory, '--output', output, ...options);
    expect(stdout).toContain('report.html');
    expect((await mammoline('status', '--work', work)).code).toBe(3);

    const report = JSON.parse(readFileSync(join(output, 'report.json'), 'utf8')) as ReportJson;
    expect(report.ingest.found).toBe(tree.files);
    expect(report.ingest.stored + report.ingest.duplicates + report.ingest.rejected).toBe(report.ingest.found);
    expect(report.catalogue).toMatchObject({ views: tree.views, abnormalities: tree.abnormalities, full: tree.views, unknown: 0 });
    expect(report.training.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(report.split).toMatchObject({ kind: 'patient' });
    // TensorBoard's scalars: the native library alone can write them.
    if (report.training.backend !== 'wasm') expect(readdirSync(join(work, 'training', report.run.trainingRunId))).toHaveLength(1);
    expect(report.evaluation.perView).toHaveLength(report.evaluation.views);
    expect(report.evaluation.views).toBeGreaterThan(0);
    for (const stage of ['restructurer', 'mask-merger', 'preprocessor', 'predictor'])
      expect(Object.keys(report.stages).join()).toContain(stage);

    const overlays = readdirSync(join(output, 'overlays')).sort();
    expect(overlays).toEqual(report.evaluation.perView.map((view) => `${view.case}.png`).sort());
    expect(readFileSync(join(output, 'metrics.csv'), 'utf8').trim().split('\n')).toHaveLength(report.evaluation.views + 1);
    const evaluation = evaluationSchema.parse(JSON.parse(readFileSync(join(output, 'evaluation.json'), 'utf8')));
    expect(evaluation).toMatchObject({ models: [{ id: report.run.modelVersionId }], data: { views: report.evaluation.views } });
    expect(evaluation.dice.mean.value).toBe(report.evaluation.meanDice);
    const html = readFileSync(join(output, 'report.html'), 'utf8').replaceAll(/data:image[^"]*/g, 'data:');
    expect(html).not.toMatch(/(?:src|href)="(?!data:)|<script|undefined|NaN/);
  });

  it.skipIf(!hasShared)('agrees with the truth of the tree (skipped where ../shared is absent)', async () => {
    const { code, stdout, stderr } = await program(
      'python3',
      join(shared, 'tools/check_run.py'),
      tree.directory,
      join(output, 'report.json'),
    );
    expect(`${stdout}${stderr}`).toMatch(/all as in truth\.json/);
    expect(code).toBe(0);
  });

  it('imports again without doing anything again', async () => {
    await mammolineOk('up', '--work', work);
    expect(await mammolineOk('up', '--work', work)).toMatch(/already up/);
    const before = await mammolineOk('repairs', '--work', work);
    const stdout = await mammolineOk('import', tree.directory, '--work', work);
    expect(stdout).toMatch(/known already/);
    expect(stdout).toContain(`${String(tree.files)} of them known from before`);
    expect(await mammolineOk('repairs', '--work', work)).toBe(before);
  });

  it('exports as many files as came in, and again into the same place', async () => {
    const exported = join(directory.path, 'exported');
    for (const mode of ['link', 'copy', 'link']) {
      const stdout = await mammolineOk('export-tree', '--work', work, '--output', exported, '--mode', mode);
      expect(stdout).toMatch(/nothing is missing/);
    }
    const files = readdirSync(exported, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const { ingest } = JSON.parse(readFileSync(join(output, 'report.json'), 'utf8')) as ReportJson;
    expect(files).toHaveLength(ingest.stored);
    expect(existsSync(join(exported, 'CBIS-DDSM/Mass/Train'))).toBe(true);
  });

  it('refuses to export beside files of another export, and names them', async () => {
    const { code, stderr } = await mammoline('export-tree', '--work', work, '--output', join(tree.directory, 'CBIS-DDSM'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/not of this export/);
    expect(existsSync(join(tree.directory, 'CBIS-DDSM', 'CBIS-DDSM'))).toBe(false);
  });

  it('writes prepared pictures named by case', async () => {
    const prepared = join(directory.path, 'prepared');
    await mammolineOk('prepare', '--work', work, '--output', prepared, '--image-size', '64', '--full-size');
    const names = readdirSync(join(prepared, 'network-size'));
    expect(names.filter((name) => name.endsWith('_FULL.png'))).toHaveLength(tree.views);
    const plain = names.filter((name) => name.endsWith('_PLAIN.png'));
    expect(plain).toHaveLength(tree.views);
    expect(readdirSync(join(prepared, 'full-size'))).toHaveLength(names.length - plain.length);
    expect(names.every((name) => /^(Mass|Calc)-(Training|Test)_P_\d{5}_(LEFT|RIGHT)_(CC|MLO)_(FULL|PLAIN|MASK)\.png$/.test(name))).toBe(
      true,
    );
  });

  it('predicts a file that is not in the catalogue', async () => {
    const predicted = join(directory.path, 'predicted');
    const file = readdirSync(join(directory.path, 'exported/CBIS-DDSM/Mass/Train')).find((name) => name.endsWith('_FULL.dcm')) ?? '';
    await mammolineOk('predict', join(directory.path, 'exported/CBIS-DDSM/Mass/Train', file), '--work', work, '--output', predicted);
    const [prediction] = JSON.parse(readFileSync(join(predicted, 'predictions.json'), 'utf8')) as {
      mask: string;
      overlay: string;
      rows: number;
    }[];
    expect(statSync(join(predicted, prediction?.mask ?? '')).size).toBeGreaterThan(0);
    expect(statSync(join(predicted, prediction?.overlay ?? '')).size).toBeGreaterThan(1000);
    expect(prediction?.rows).toBeGreaterThan(100);
  });

  it('lists the model, and scores it with the numbers of the report', async () => {
    const { run, evaluation } = JSON.parse(readFileSync(join(output, 'report.json'), 'utf8')) as ReportJson;
    expect(await mammolineOk('models', '--work', work)).toContain(run.modelVersionId);
    const evaluated = join(directory.path, 'evaluated');
    expect(await mammolineOk('evaluate', '--work', work, '--output', evaluated)).toContain(`Dice mean ${evaluation.meanDice.toFixed(3)}`);
    expect(existsSync(join(evaluated, 'evaluation.json'))).toBe(true);
    const itself = ['--model', run.modelVersionId, '--against', run.modelVersionId];
    expect(await mammolineOk('evaluate', '--work', work, ...itself)).toMatch(
      /Dice minus that of .* 0\.000 \(0\.000 to 0\.000\), p = 1\.000/,
    );
    expect(await mammolineOk('models', 'history', '--work', work)).toMatch(new RegExp(`champion +first +- +${run.modelVersionId}`));
    expect(await mammolineOk('models', 'compare', 'champion', run.modelVersionId, '--work', work)).toMatch(
      /mean Dice +[\d.]+ +[\d.]+ +0\.000/,
    );
    expect(await mammolineOk('models', 'card', 'champion', '--work', work)).toContain(`| Dice | ${evaluation.meanDice.toFixed(3)} |`);
    const exported = join(directory.path, 'exported-model');
    await mammolineOk('models', 'export', 'champion', '--format', 'layers', '--output', exported, '--work', work);
    await mammolineOk('models', 'export', run.modelVersionId, '--output', exported, '--work', work);
    expect(readdirSync(exported).sort()).toEqual(['model.json', 'model.onnx', 'weights.bin']);
    expect((await mammoline('models', 'rollback', '--work', work)).stderr).toMatch(/champion has named no version before/);
    expect(await mammolineOk('dead-letters', '--work', work)).toMatch(/no dead letters/);
    expect(await mammolineOk('status', '--work', work)).toMatch(/predictor +ready/);
  });

  describeEveryMethod(work);

  it('tells metrics of every service as the reference has them, named as Prometheus wants it', async () => {
    const reference = readMetricsReference();
    const told = new Map<string, ToldMetric>();
    for (const service of serviceNames) {
      const address = readReadyFile(workDirectory(work), service)?.httpAddress ?? expect.unreachable(`${service} does not listen`);
      const metrics = parseMetrics(await (await fetch(`http://${address}/metrics`)).text());
      expect(lintMetrics(metrics), service).toEqual([]);
      for (const metric of metrics.filter(({ name }) => name.startsWith('mammoline_'))) told.set(`${service} ${metric.name}`, metric);
    }
    for (const [who, { name, type, labels }] of told) {
      const documented = reference.find((metric) => metric.name === name);
      expect(documented, who).toMatchObject({ type });
      expect(documented?.labels, who).toEqual(expect.arrayContaining([...labels]));
    }
    const names = new Set([...told.values()].map(({ name }) => name));
    // The candidate is not watched here.
    const missing = reference.filter(({ name }) => !names.has(name) && !name.startsWith('mammoline_shadow_'));
    expect(missing).toEqual([]);
    expect(told.get('predictor mammoline_model_info')?.labels).toEqual(['alias', 'kind', 'network', 'version']);
  });

  it('tells wrong usage from failure', async () => {
    expect((await mammoline('train', '--epochs', 'many', '--work', work)).code).toBe(2);
    expect((await mammoline('nonsense')).code).toBe(2);
    expect((await mammoline('--help')).code).toBe(0);
    const failed = await mammoline('import', join(directory.path, 'nowhere'), '--work', work);
    expect(failed.code).toBe(1);
    expect(failed.stderr.trim().split('\n')).toHaveLength(1);
  });
});
