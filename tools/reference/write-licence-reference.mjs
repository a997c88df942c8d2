#!/usr/bin/env node
// write-licence-reference.mjs [--check]: writes docs/reference/licences.md; with --check, says whether it is up to date and writes nothing.
// Either way it fails where a production dependency has a licence that tools/check/licences.mjs does not allow.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { listLicences } from '../check/licences.mjs';
import { inWorkspace } from '../workspace/paths.mjs';

const packages = listLicences(JSON.parse(readFileSync(inWorkspace('package-lock.json'), 'utf8')));
const refused = packages.filter(({ isAllowed }) => !isAllowed);
for (const { name, version, licence } of refused) {
  console.error(`${name} ${version}: its licence, ${licence}, is not on the list in tools/check/licences.mjs`);
  process.exitCode = 1;
}

const rows = packages.map(({ name, version, licence, note }) => `| ${name} | ${version} | ${licence} | ${note} |`);
const text = `# Licences of the production dependencies

Made from package-lock.json by \`npm run docs:licences\`, with what optional packages of other platforms would bring; \`npm test\` holds it up to date, and each licence against the list in tools/check/licences.mjs.
What set-up fetches beside them: Node (MIT), the TensorFlow C library (Apache-2.0), the weights of EfficientNet-Lite0 (Apache-2.0; learnt on ImageNet, whose images have terms of their own), Apache Kafka (Apache-2.0) and SeaweedFS (Apache-2.0) for a cluster on one machine.

| package | version | licence | note |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
const file = inWorkspace('docs', 'reference', 'licences.md');
if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
  if (process.argv.includes('--check')) {
    console.error('docs/reference/licences.md is not up to date with package-lock.json.');
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log('docs/reference/licences.md written');
  }
}
