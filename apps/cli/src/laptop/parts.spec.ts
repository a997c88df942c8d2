import { describe, expect, it } from 'vitest';
import { expectNamedParts, lineEnvironment, namedParts, partsOf } from './parts.ts';
import { laptopSettings } from './settings.ts';
import { workDirectory } from './work-directory.ts';

const work = workDirectory('/work');
const cluster = { cluster: true, replicas: 2, brokers: 1 };
const startedOf = (...args: Parameters<typeof partsOf>) => partsOf(...args).map(({ name }) => name);

describe('the parts of an installation', () => {
  it('are all started where the environment names none', () => {
    expect(startedOf(work, laptopSettings, namedParts({ PATH: '/bin', MAMMOLINE_POSTGRES_URL: '' }))).toEqual(['postgres']);
    expect(startedOf(work, cluster, {})).toEqual(['postgres', 'object-store', 'kafka-1']);
    expect(startedOf(work, { ...cluster, brokers: 3 }, {}).slice(2)).toEqual(['kafka-1', 'kafka-2', 'kafka-3']);
  });

  it('are not started where it names them, and are used with what belongs to them', () => {
    const named = namedParts({
      MAMMOLINE_KAFKA_BROKERS: 'one:9092',
      MAMMOLINE_KAFKA_SASL_USERNAME: 'u',
      AWS_ACCESS_KEY_ID: 'of another store',
      MAMMOLINE_LOG: 'json',
    });
    expect(named).toEqual({ MAMMOLINE_KAFKA_BROKERS: 'one:9092', MAMMOLINE_KAFKA_SASL_USERNAME: 'u' });
    expect(startedOf(work, cluster, named)).toEqual(['postgres', 'object-store']);
    expect(startedOf(work, laptopSettings, named)).toEqual(['postgres']);
    expect(lineEnvironment(work, named, [])).toMatchObject({ MAMMOLINE_TRANSPORT: 'kafka', MAMMOLINE_KAFKA_SASL_USERNAME: 'u' });
    const all = { MAMMOLINE_POSTGRES_URL: 'postgres://h/d', MAMMOLINE_BLOBS_URL: 's3://bucket', AWS_REGION: 'r' };
    expect(startedOf(work, cluster, { ...named, ...namedParts(all) })).toEqual([]);
    expect(namedParts(all)).toEqual(all);
  });

  it('of a laptop are Postgres and a folder', () => {
    expect(lineEnvironment(work, {}, [{ pid: 1, address: 'h/d', environment: { MAMMOLINE_POSTGRES_URL: 'postgres://h/d' } }])).toEqual({
      MAMMOLINE_POSTGRES_URL: 'postgres://h/d',
      MAMMOLINE_BLOBS_URL: 'file:///work/blobs',
      MAMMOLINE_TRANSPORT: 'postgres',
    });
  });

  it('that run are not exchanged for others by the way, and no secret is told', () => {
    const running = { MAMMOLINE_POSTGRES_URL: 'postgres://u:p@one/d' };
    expectNamedParts(running, running, 'here');
    expectNamedParts({}, running, 'here');
    expect(() => {
      expectNamedParts({ MAMMOLINE_POSTGRES_URL: 'postgres://u:p@two/d' }, running, 'here');
    }).toThrow(/^what runs in here has another MAMMOLINE_POSTGRES_URL than this environment; "mammoline down --work here" first$/);
  });
});
