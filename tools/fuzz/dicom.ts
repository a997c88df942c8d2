// Reads damaged DICOM files until none is left to try, and keeps those that crash or hang:
//   npm run fuzz -- [--cases N] [--minutes N] [--seed N] [--conformance DIRECTORY] [--output DIRECTORY]
// A case is its seed and its number: the same ones, with the same conformance set, are the same files.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runFuzz } from '@mammoline/dicom/spec-fuzz';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    minutes: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: '1' },
    conformance: { type: 'string', default: join(import.meta.dirname, '../../../shared/data/dicom-conformance') },
    output: { type: 'string', default: 'fuzz-findings' },
  },
});
const cases = Number(values.cases);
const seed = Number(values.seed);
const minutes = Number(values.minutes);
if (!Number.isInteger(cases) || cases < 1 || !Number.isInteger(seed))
  throw new Error(`--cases ${values.cases} --seed ${values.seed}: expected whole numbers, at least one case`);
if (!(minutes > 0)) throw new Error(`--minutes ${values.minutes}: expected a number above 0`);

let told = 0;
const report = await runFuzz({
  cases,
  seed,
  maxMs: 60_000 * minutes,
  conformanceDirectory: values.conformance,
  onProgress: (done, findings) => {
    if (done - told < 20_000) return;
    told = done;
    console.log(`${String(done)} cases, ${String(findings)} findings, ${String(Math.round(process.memoryUsage().rss / 2 ** 20))} MiB`);
  },
});
for (const { index, what, bytes } of report.findings) {
  await mkdir(values.output, { recursive: true });
  const file = join(values.output, `${String(seed)}-${String(index)}.dcm`);
  await writeFile(file, bytes);
  console.log(`${file}: ${what}`);
}
console.log(JSON.stringify({ cases: report.cases, ...report.outcomes, findings: report.findings.length, rssBytes: report.rssBytes }));
process.exitCode = report.findings.length === 0 ? 0 : 1;
