import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDicom } from '@mammoline/dicom';
import { generateSampleTree } from '@mammoline/testing/sample-tree';
import type { Infrastructure } from '../chaos/infrastructure.ts';
import type { Services } from '../chaos/services.ts';

export interface FaultGround {
  readonly infrastructure: Infrastructure;
  readonly services: Services;
}

/** What goes wrong, and what an operator does. */
export interface OperatorFault {
  readonly name: string;
  readonly title: string;
  /** Alerts that have to fire. */
  readonly expected: readonly string[];
  /** Work that is under way when it strikes. */
  readonly before?: (ground: FaultGround) => Promise<void>;
  /** Strikes. What comes after its first `await` goes on while it lasts. */
  readonly begin: (ground: FaultGround) => Promise<void>;
  /** What an operator does about it. */
  readonly mend: (ground: FaultGround) => Promise<void>;
}

/** Of another seed each time, so that there is work. */
async function importTree({ infrastructure, services }: FaultGround, seed: number, patients: number): Promise<void> {
  const directory = join(infrastructure.directory, `tree-${String(seed)}`);
  await generateSampleTree({ directory, patients, heightPx: 256, quirkRate: 0, testShare: 0.3, seed });
  // While something is away it may fail: that is what an operator sees.
  await services.command('import', directory, '--copy', '--no-wait');
}

const predictors = ({ services }: FaultGround): readonly number[] =>
  services.ready().flatMap(({ name, pid }) => (name === 'predictor' ? [pid] : []));

const refusing =
  (which: 'store' | 'postgres', isAway: boolean) =>
  ({ infrastructure }: FaultGround): Promise<void> => {
    infrastructure.proxies[which].refuse(isAway);
    return Promise.resolve();
  };

export function operatorFaults(): readonly OperatorFault[] {
  let frozen: readonly number[] = [];
  return [
    {
      name: 'broker',
      title: 'The Kafka broker is killed',
      expected: ['MammolineBrokerAway'],
      begin: async (ground) => {
        await ground.infrastructure.killBroker(1);
        await importTree(ground, 11, 3);
      },
      mend: ({ infrastructure }) => infrastructure.startBrokers(),
    },
    {
      name: 'store',
      title: 'The object store refuses all connections',
      expected: ['MammolineStoreAway'],
      before: (ground) => importTree(ground, 12, 8),
      begin: refusing('store', true),
      mend: refusing('store', false),
    },
    {
      name: 'database',
      title: 'Postgres refuses all connections',
      expected: ['MammolineDatabaseAway'],
      before: (ground) => importTree(ground, 13, 4),
      begin: refusing('postgres', true),
      mend: refusing('postgres', false),
    },
    {
      name: 'dead-letters',
      title: 'A file that no stage can prepare comes in: a mammogram of one grey value',
      expected: ['MammolineDeadLetters'],
      begin: async ({ infrastructure, services }) => {
        const caseName = 'Mass-Training_P_00901_LEFT_CC';
        const directory = join(infrastructure.directory, 'grey', caseName);
        await mkdir(directory, { recursive: true });
        const [rows, columns] = [300, 200];
        const grey = writeDicom({
          rows,
          columns,
          data: new Uint16Array(rows * columns).fill(1234),
          sopInstanceUid: '2.25.901',
          seriesInstanceUid: '2.25.902',
          studyInstanceUid: '2.25.903',
          patientId: caseName,
          seriesDescription: 'full mammogram images',
        });
        await writeFile(join(directory, '1-1.dcm'), grey);
        await services.command('import', join(infrastructure.directory, 'grey'), '--copy', '--no-wait');
      },
      // The file is as it was: the alert ends with the replay, and begins again with the next attempt.
      mend: async ({ services }) => {
        await services.command('dead-letters', 'replay');
      },
    },
    {
      name: 'predictor',
      title: 'All processes of the predictor stand still (SIGSTOP) while mammograms come in',
      expected: ['MammolineStageStopped', 'MammolineLagGrowing'],
      begin: async (ground) => {
        frozen = predictors(ground);
        for (const pid of frozen) process.kill(pid, 'SIGSTOP');
        await importTree(ground, 14, 40);
      },
      mend: async () => {
        for (const pid of frozen) process.kill(pid, 'SIGCONT');
      },
    },
  ];
}
