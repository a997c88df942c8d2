import { describe, expect, it } from 'vitest';
import { waitUntilQuiet, type QuietPorts } from './wait-until-quiet.ts';

/** Looks of a pipeline, one after the other; the last one stays. */
function scripted(
  looks: readonly { readonly outbox: number; readonly pending: number; readonly taken: number }[],
): QuietPorts & { looks: () => number } {
  let at = -1;
  const now = (): { outbox: number; pending: number; taken: number } =>
    looks[Math.min(at, looks.length - 1)] ?? { outbox: 0, pending: 0, taken: 0 };
  return {
    looks: () => at + 1,
    catalogue: {
      outboxDepth: async () => {
        at += 1;
        return now().outbox;
      },
      stageStatistics: async () => [{ stage: 'restructurer', count: now().taken, failures: 0, wallMsMedian: 1, wallMsP99: 1 }],
    },
    transport: { depths: async () => [{ group: 'restructurer', topic: 'mammoline.dicom.received.v1', pending: now().pending }] },
  };
}

const silent = { update: () => undefined, close: () => undefined };
const signal = new AbortController().signal;

describe('waitUntilQuiet', () => {
  it('waits for a broker or Postgres that comes back, and not for ever', async () => {
    const patience = { tries: 4, betweenMs: 1 };
    const ports = scripted([{ outbox: 0, pending: 0, taken: 4 }]);
    let left = 3;
    const depths = async () => {
      left -= 1;
      if (left >= 0) throw new Error('the broker is away');
      return ports.transport.depths();
    };
    await waitUntilQuiet({ ...ports, transport: { depths } }, silent, signal, 0, patience);
    left = 4;
    await expect(waitUntilQuiet({ ...ports, transport: { depths } }, silent, signal, 0, patience)).rejects.toThrow('the broker is away');
  });

  it('believes it only after two looks that find nothing', async () => {
    const ports = scripted([
      { outbox: 1, pending: 3, taken: 0 },
      { outbox: 0, pending: 1, taken: 3 },
      { outbox: 0, pending: 0, taken: 4 },
      { outbox: 0, pending: 0, taken: 4 },
    ]);
    await waitUntilQuiet(ports, silent, signal, 0);
    expect(ports.looks()).toBe(4);
  });

  it('does not believe two empty looks between which a stage took an event', async () => {
    const ports = scripted([
      { outbox: 0, pending: 0, taken: 4 },
      { outbox: 0, pending: 0, taken: 5 },
      { outbox: 0, pending: 0, taken: 5 },
    ]);
    await waitUntilQuiet(ports, silent, signal, 0);
    expect(ports.looks()).toBe(3);
  });

  it('starts again when work comes between the two looks', async () => {
    const ports = scripted([
      { outbox: 0, pending: 0, taken: 4 },
      { outbox: 1, pending: 0, taken: 4 },
      { outbox: 0, pending: 0, taken: 4 },
      { outbox: 0, pending: 0, taken: 4 },
    ]);
    await waitUntilQuiet(ports, silent, signal, 0);
    expect(ports.looks()).toBe(4);
  });

  it('ends with the signal', async () => {
    const ports = scripted([{ outbox: 1, pending: 0, taken: 0 }]);
    await expect(waitUntilQuiet(ports, silent, AbortSignal.timeout(50), 5)).rejects.toThrow();
  });
});
