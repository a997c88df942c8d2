import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inCache, inWorkspace } from '../workspace/paths.mjs';
import { replaceDirectory } from '../workspace/replace-directory.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';
import { underLock } from './under-lock.mjs';

const pom = inWorkspace('tools', 'kafka', 'pom.xml');
const directory = inCache('kafka');
const mend = 'install Java 17 and Maven (Debian: default-jre-headless maven)';
const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** The jars of Kafka's broker, fetched once through Maven for each state of pom.xml. Returns their folder. */
export async function provideKafka() {
  const jars = path.join(directory, 'lib');
  await runCommand(['java', '-version']).catch((cause) => {
    throw new SetupError('Kafka needs Java, and none was found', mend, { cause });
  });
  await underLock(directory, async () => {
    if (isCurrent()) return;
    await replaceDirectory(directory, async (temporary) => {
      copyFileSync(pom, path.join(temporary, 'pom.xml'));
      const target = `-DoutputDirectory=${path.join(temporary, 'lib')}`;
      await runCommand(['mvn', '-B', '-q', copyDependencies, '-DincludeScope=runtime', target], { cwd: temporary }).catch((cause) => {
        const why = cause.code === 'ENOENT' ? 'found no Maven' : cause.message;
        throw new SetupError(`Kafka's jars could not be fetched: ${why}`, mend, { cause });
      });
      return temporary;
    });
  });
  return jars;
}

function isCurrent() {
  const had = path.join(directory, 'pom.xml');
  return existsSync(had) && readFileSync(had, 'utf8') === readFileSync(pom, 'utf8');
}
