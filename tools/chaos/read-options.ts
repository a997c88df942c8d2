import { parseArgs } from 'node:util';
import { allFaults } from './faults/all-faults.ts';
import type { Fault } from './fault.ts';

export interface ChaosOptions {
  readonly faults: readonly Fault[];
  /** No round is begun when this time has passed since the undisturbed one. */
  readonly minutes: number;
  readonly seed: number;
  readonly replicas: number;
  /** Of Kafka. */
  readonly brokers: number;
  /** The small tree of the project's own generator. */
  readonly isSmall: boolean;
}

export const usage = `usage: npm run chaos -- [--minutes M] [--fault NAME]... [--seed N] [--replicas N] [--brokers N] [--small]
faults: ${allFaults.map(({ name }) => name).join(', ')}`;

/** @throws Error naming what is wrong */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '120' },
      fault: { type: 'string', multiple: true },
      seed: { type: 'string' },
      replicas: { type: 'string', default: '2' },
      brokers: { type: 'string' },
      small: { type: 'boolean', default: false },
    },
  });
  const names = values.fault ?? allFaults.map(({ name }) => name);
  const faults = names.map((name) => {
    const fault = allFaults.find((it) => it.name === name);
    if (fault === undefined) throw new Error(`--fault: found ${name}, which is none\n${usage}`);
    return fault;
  });
  const minutes = positive('minutes', values.minutes);
  return {
    faults,
    minutes,
    seed: values.seed === undefined ? Math.floor(Math.random() * 1e9) : positive('seed', values.seed),
    replicas: positive('replicas', values.replicas),
    brokers: positive('brokers', values.brokers ?? String(Math.max(...faults.map((fault) => fault.brokers ?? 1)))),
    isSmall: values.small || minutes < 10,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name}: found ${text}, expected a number above 0\n${usage}`);
  return value;
}
