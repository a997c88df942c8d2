import { invalid } from '@mammoline/kernel';
import { enginePreferences, type EnginePreference } from '@mammoline/segmentation';
import { z } from 'zod';

/** What an installation is made of; kept in its state, so that every later command knows. */
export const lineSettings = z.object({
  /** Kafka and an object store, instead of queues in Postgres and a folder. */
  cluster: z.boolean(),
  /** Processes of each service. */
  replicas: z.number().int(),
  /** Of Kafka; 0 on a laptop. */
  brokers: z.number().int(),
  /** What the predictor runs networks on; undefined: as the environment says. */
  engine: z.enum(enginePreferences).optional(),
  /** Absolute path of the file with the key that patients' pseudonyms are made with; undefined: as the environment says. */
  deidentifyKey: z.string().optional(),
});
export type LineSettings = Readonly<z.infer<typeof lineSettings>>;

/** What a command was asked for; what it leaves open stays as it is. */
export interface WantedSettings {
  readonly cluster: boolean;
  readonly replicas: number | undefined;
  readonly brokers: number | undefined;
  readonly engine?: EnginePreference | undefined;
  readonly deidentifyKey?: string | undefined;
}

export const laptopSettings: LineSettings = { cluster: false, replicas: 1, brokers: 0 };
const clusterSettings: LineSettings = { cluster: true, replicas: 2, brokers: 1 };

/**
 * The settings of an installation that has had others, or none, so far.
 * @throws Failure invalid where its data could not be read under those that are wanted
 */
export function chooseSettings(wanted: WantedSettings, earlier: LineSettings | undefined, directory: string): LineSettings {
  const base = earlier ?? (wanted.cluster ? clusterSettings : laptopSettings);
  if (wanted.cluster && !base.cluster)
    throw invalid(
      `${directory} is ${describeSettings(base)}, with its blobs in a folder; a cluster needs a directory of its own: --work DIR`,
    );
  if (wanted.brokers !== undefined && !base.cluster) throw invalid('--brokers needs --cluster');
  if (wanted.brokers !== undefined && earlier !== undefined && wanted.brokers !== earlier.brokers)
    throw invalid(`${directory} is ${describeSettings(earlier)}; another number of brokers needs a directory of its own: --work DIR`);
  const engine = wanted.engine ?? base.engine;
  const deidentifyKey = wanted.deidentifyKey ?? base.deidentifyKey;
  return {
    ...base,
    replicas: wanted.replicas ?? base.replicas,
    brokers: wanted.brokers ?? base.brokers,
    ...(engine === undefined ? {} : { engine }),
    ...(deidentifyKey === undefined ? {} : { deidentifyKey }),
  };
}

/** @throws Failure invalid where what runs is not what is wanted */
export function expectSettings(wanted: LineSettings, running: LineSettings, directory: string): void {
  if (describeSettings(wanted) === describeSettings(running)) return;
  throw invalid(
    `${directory} runs as ${describeSettings(running)}, not as ${describeSettings(wanted)}; "mammoline down --work ${directory}" first`,
  );
}

export function describeSettings({ cluster, replicas, brokers, engine, deidentifyKey }: LineSettings): string {
  const processes = `${String(replicas)} ${replicas === 1 ? 'process' : 'processes'} a service`;
  const each = [
    processes,
    ...(engine === undefined ? [] : [`engine ${engine}`]),
    ...(deidentifyKey === undefined ? [] : [`de-identified with the key in ${deidentifyKey}`]),
  ].join(', ');
  return cluster ? `a cluster (${String(brokers)} Kafka ${brokers === 1 ? 'broker' : 'brokers'}, ${each})` : `a laptop's line (${each})`;
}
