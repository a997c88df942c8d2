import { describe, expect, it } from 'vitest';
import { chooseSettings, expectSettings, laptopSettings } from './settings.ts';

const nothing = { cluster: false, replicas: undefined, brokers: undefined };
const cluster = { cluster: true, replicas: 2, brokers: 1 };

describe('chooseSettings', () => {
  it('makes a laptop of a new directory, or a cluster where one is asked for', () => {
    expect(chooseSettings(nothing, undefined, 'here')).toEqual(laptopSettings);
    expect(chooseSettings({ ...nothing, cluster: true }, undefined, 'here')).toEqual(cluster);
    expect(chooseSettings({ cluster: true, replicas: 3, brokers: 3 }, undefined, 'here')).toEqual({
      cluster: true,
      replicas: 3,
      brokers: 3,
    });
  });

  it('goes on as before where nothing is asked for, and with other replicas', () => {
    expect(chooseSettings(nothing, cluster, 'here')).toEqual(cluster);
    expect(chooseSettings({ ...nothing, replicas: 4 }, cluster, 'here')).toEqual({ ...cluster, replicas: 4 });
  });

  it('keeps the key to de-identify with, and tells a line with another one, or none', () => {
    const hidden = chooseSettings({ ...nothing, deidentifyKey: '/key' }, laptopSettings, 'here');
    expect(chooseSettings(nothing, hidden, 'here')).toEqual({ ...laptopSettings, deidentifyKey: '/key' });
    expect(() => {
      expectSettings(hidden, laptopSettings, 'here');
    }).toThrow(/de-identified with the key in \/key/);
  });

  it('keeps the engine that was asked for last, and tells a line with another one', () => {
    const onnx = chooseSettings({ ...nothing, engine: 'onnx' }, laptopSettings, 'here');
    expect(chooseSettings(nothing, onnx, 'here')).toEqual({ ...laptopSettings, engine: 'onnx' });
    expect(() => {
      expectSettings({ ...onnx, engine: 'tensorflow' }, onnx, 'here');
    }).toThrow(/1 process a service, engine onnx\), not as .*engine tensorflow/);
  });

  it('refuses what would not find its data', () => {
    expect(() => chooseSettings({ ...nothing, cluster: true }, laptopSettings, 'here')).toThrow(
      /here is a laptop's line.* directory of its own/,
    );
    expect(() => chooseSettings({ ...nothing, cluster: true, brokers: 3 }, cluster, 'here')).toThrow(
      /1 Kafka broker,.* directory of its own/,
    );
    expect(() => chooseSettings({ ...nothing, brokers: 3 }, undefined, 'here')).toThrow(/--brokers needs --cluster/);
  });
});

it('says what runs where another was asked for', () => {
  expectSettings(cluster, { ...cluster }, 'here');
  expect(() => {
    expectSettings({ ...cluster, replicas: 3 }, cluster, 'here');
  }).toThrow(/here runs as a cluster \(1 Kafka broker, 2 processes a service\), not as .* 3 processes.*mammoline down --work here/);
});
