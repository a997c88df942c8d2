import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scope, sleep } from '@mammoline/kernel';
import { z } from 'zod';
import { startInfrastructure } from '../chaos/infrastructure.ts';
import { makeModel, publishModel } from '../chaos/publish-model.ts';
import { mammolineIn, type Services } from '../chaos/services.ts';
import { operatorFaults, type FaultGround, type OperatorFault } from './operator-faults.ts';
import { shortenRules } from './shorten-rules.ts';
import { startPrometheus, type Prometheus } from './start-prometheus.ts';
import { watchAlerts, type AlertCourse } from './watch-alerts.ts';

/** What an operator saw of a fault. */
export interface FaultCourse {
  readonly fault: Pick<OperatorFault, 'name' | 'title' | 'expected'>;
  readonly alerts: readonly AlertCourse[];
  /** What `/readyz` of the ingestor said while it lasted. */
  readonly readiness: string;
  /** Events that waited at the most, by stage. */
  readonly deepest: Readonly<Record<string, number>>;
  /** Dead letters that were open when the fault was mended, by stage. */
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly mendedAfterS: number;
  /** From the mending until no alert of the fault's own fired; undefined where one still did at the end of the patience. */
  readonly quietAfterS: number | undefined;
}

const rulesFile = join(import.meta.dirname, '../../deploy/chart/mammoline/files/alerts.yaml');
const readyFile = z.object({ httpAddress: z.string() });
const fireWithinMs = 240_000;
const quietWithinMs = 180_000;
/** A fault is left alone so long after its alerts fired: what follows from it shows too. */
const lingerMs = 15_000;

/** Runs a cluster of one machine with Prometheus beside it, and the faults one after the other. Everything that it starts is stopped at the end. */
export async function runRehearsal(
  names: readonly string[],
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<readonly FaultCourse[]> {
  const scope = new Scope();
  try {
    const infrastructure = scope.add('infrastructure', await startInfrastructure(1), (it) => it.close());
    for (const [name, value] of Object.entries(infrastructure.store.environment)) process.env[name] = value;
    const work = join(infrastructure.directory, 'line');
    const services = scope.add('services', mammolineIn(work, 1, infrastructure.environment), (it) => it.stop());
    await services.start();
    await publishModel(await makeModel(), infrastructure.postgresUrl(), infrastructure.blobsUrl);
    const rules = shortenRules(await readFile(rulesFile, 'utf8'));
    const prometheus = scope.add('Prometheus', await startPrometheus(join(infrastructure.directory, 'prometheus'), rules), (it) =>
      it.stop(),
    );
    say(`six services run, Prometheus scrapes them: ${prometheus.url}`);
    const follow = setInterval(() => {
      prometheus.scrape(targetsIn(work, services));
    }, 2000);
    scope.add('targets', follow, clearInterval);

    const courses: FaultCourse[] = [];
    for (const fault of operatorFaults().filter(({ name }) => names.length === 0 || names.includes(name))) {
      signal.throwIfAborted();
      await untilAllReady(services, signal);
      await untilCalm(prometheus, signal);
      say(fault.title);
      courses.push(await rehearse(fault, { infrastructure, services }, prometheus, signal, say));
    }
    return courses;
  } finally {
    await scope.close();
  }
}

async function rehearse(
  fault: OperatorFault,
  ground: FaultGround,
  prometheus: Prometheus,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<FaultCourse> {
  await fault.before?.(ground);
  const startedMs = Date.now();
  const watch = watchAlerts(prometheus);
  const work = join(ground.infrastructure.directory, 'line');
  const firing = (): readonly string[] => watch.courses().flatMap(({ name, endedAfterS }) => (endedAfterS === undefined ? [name] : []));
  const deepest: Record<string, number> = {};
  const measure = async (): Promise<void> => {
    for (const { labels, value } of await prometheus.query('max by (stage) (mammoline_queue_depth)').catch(() => [])) {
      const stage = labels['stage'] ?? '';
      deepest[stage] = Math.max(deepest[stage] ?? 0, value);
    }
  };
  let mendedMs: number | undefined;
  try {
    const began = fault.begin(ground);
    const fired = (): boolean => fault.expected.every((name) => watch.courses().some((course) => course.name === name));
    await until(fired, fireWithinMs, signal, measure);
    await sleep(lingerMs, signal);
    await measure();
    const readiness = await readinessIn(work);
    const open = await prometheus.query('max by (stage) (mammoline_open_dead_letters) > 0').catch(() => []);
    mendedMs = Date.now();
    say(`mending; ${firing().join(', ') || 'nothing'} fires`);
    await fault.mend(ground);
    await began;
    const isQuiet = (): boolean => !firing().some((name) => fault.expected.includes(name));
    await until(isQuiet, quietWithinMs, signal, measure);
    return {
      fault,
      alerts: watch.courses(),
      readiness,
      deepest: Object.fromEntries(Object.entries(deepest).filter(([, depth]) => depth > 0)),
      deadLetters: Object.fromEntries(open.map(({ labels, value }) => [labels['stage'] ?? '', value])),
      mendedAfterS: Math.round((mendedMs - startedMs) / 1000),
      quietAfterS: isQuiet() ? Math.round((Date.now() - mendedMs) / 1000) : undefined,
    };
  } finally {
    // Interrupted: what is broken would keep the services from stopping.
    if (mendedMs === undefined) await fault.mend(ground);
    await watch.stop();
  }
}

function addressIn(work: string, name: string): string | undefined {
  try {
    return readyFile.parse(JSON.parse(readFileSync(join(work, 'services', `${name}.json`), 'utf8'))).httpAddress;
  } catch {
    return undefined;
  }
}

function targetsIn(work: string, services: Services): Readonly<Record<string, string>> {
  return Object.fromEntries(
    services.ready().flatMap(({ name, title }) => {
      const address = addressIn(work, name);
      return address === undefined ? [] : [[title, address]];
    }),
  );
}

async function readinessIn(work: string): Promise<string> {
  const address = addressIn(work, 'ingestor');
  if (address === undefined) return 'the ingestor does not run';
  return fetch(`http://${address}/readyz`, { signal: AbortSignal.timeout(10_000) }).then(
    async (answer) => (await answer.text()).trim().replaceAll(/\s+/g, ' ').replaceAll('`', ''),
    (error: unknown) => String(error),
  );
}

async function untilAllReady(services: Services, signal: AbortSignal): Promise<void> {
  await until(() => services.allReady(), 300_000, signal);
  if (!services.allReady()) throw new Error('the services were not ready again within five minutes');
}

/** Until the alerts of the fault before are over, but for what stays by its nature. */
async function untilCalm(prometheus: Prometheus, signal: AbortSignal): Promise<void> {
  let alarmed = true;
  await until(
    () => !alarmed,
    quietWithinMs,
    signal,
    async () => {
      const scraped = await prometheus.query('count(up == 1)').catch(() => []);
      const alerts = await prometheus.alerts().catch(() => undefined);
      alarmed = scraped[0]?.value !== 6 || alerts === undefined || alerts.some(({ name }) => name !== 'MammolineDeadLetters');
    },
  );
}

/** Looks every second, until the condition holds or the time is over. */
async function until(
  condition: () => boolean,
  withinMs: number,
  signal: AbortSignal,
  look: () => Promise<void> = async () => undefined,
): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  while (!condition() && Date.now() < deadlineMs) {
    await look();
    await sleep(1000, signal);
  }
}
