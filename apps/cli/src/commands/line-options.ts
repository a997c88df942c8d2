import { enginePreferences, type EnginePreference } from '@mammoline/segmentation';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { WantedSettings } from '../laptop/settings.ts';
import { wholeNumber } from './parse-number.ts';

/** The options of commands that start services: `up`, `run`, `demo`. */
export interface LineFlags {
  readonly cluster?: boolean;
  readonly replicas?: number;
  readonly brokers?: '1' | '3';
  readonly engine?: EnginePreference;
  readonly deidentifyKey?: string;
}

export function addLineOptions(command: Command): Command {
  return command
    .option('--cluster', 'over Kafka and an S3 store, started here too, instead of queues in Postgres and a folder')
    .option('--replicas <n>', 'processes of each service (default: 1; of a cluster, 2)', wholeNumber(1))
    .addOption(new Option('--brokers <n>', 'Kafka brokers of a cluster (default: 1)').choices(['1', '3']))
    .addOption(
      new Option('--engine <name>', 'what the predictor runs networks on (default: auto, which takes the fastest that there is)').choices([
        ...enginePreferences,
      ]),
    )
    .option('--deidentify-key <file>', 'de-identify what is imported, with pseudonyms under the key in this file (32 characters or more)');
}

export function wantedSettings({ cluster = false, replicas, brokers, engine, deidentifyKey }: LineFlags): WantedSettings {
  return {
    cluster,
    replicas,
    brokers: brokers === undefined ? undefined : Number(brokers),
    engine,
    deidentifyKey: deidentifyKey === undefined ? undefined : resolve(deidentifyKey),
  };
}
