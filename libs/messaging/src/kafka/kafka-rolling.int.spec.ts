import { newEvent, newTopic, startTestKafka, whyNoKafka } from '@mammoline/testing';
import { newUuid } from '@mammoline/kernel';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { openTransport } from './open-transport.fixture.ts';

const reason = whyNoKafka();
const program = fileURLToPath(new URL('restarting-consumer.fixture.ts', import.meta.url));
const keys = Array.from({ length: 24 }, (_, at) => `key-${String(at)}`);

describe.skipIf(reason !== undefined)(`rolling restarts on kafka${reason === undefined ? '' : `: ${reason}`}`, () => {
  it('hand partitions over at once: no key waits long, and nothing is lost', { timeout: 300_000 }, async () => {
    const { brokers } = await startTestKafka();
    const transport = await openTransport(brokers);
    const [topic, group] = [newTopic(), `rolling-${newUuid()}`];
    const children = new Set<ChildProcess>();
    const publishedAtMs = new Map<string, number>();
    const seen = new Map<string, number>();
    const handledAtMs: number[] = [];
    const waitedMs = new Map<string, number>();
    const start = async (): Promise<ChildProcess> => {
      const child = spawn(process.execPath, [program, brokers, group, topic], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.add(child);
      const ready = Promise.withResolvers<undefined>();
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line === 'consuming') {
          ready.resolve(undefined);
          return;
        }
        const [key = '', id = ''] = line.split(' ');
        const now = performance.now();
        handledAtMs.push(now);
        if (!seen.has(id)) waitedMs.set(key, Math.max(waitedMs.get(key) ?? 0, now - (publishedAtMs.get(id) ?? now)));
        seen.set(id, (seen.get(id) ?? 0) + 1);
      });
      await ready.promise;
      return child;
    };
    const stopping = new AbortController();
    const publishing = { done: Promise.resolve() };
    try {
      const members = await Promise.all([start(), start(), start()]);
      publishing.done = (async () => {
        while (!stopping.signal.aborted) {
          const events = keys.map((key) => newEvent(topic, { key }));
          for (const { id } of events) publishedAtMs.set(id, performance.now());
          await transport.publish(events);
          await sleep(240);
        }
      })();
      await vi.waitFor(
        () => {
          expect(waitedMs.size).toBe(keys.length);
        },
        { timeout: 60_000 },
      );
      await sleep(3000);
      const restartedMs: number[] = [];
      handledAtMs.length = 0;
      waitedMs.clear();
      for (const member of members) {
        const startedMs = performance.now();
        member.kill('SIGTERM');
        const [code] = (await once(member, 'exit')) as [number | null];
        expect(code).toBe(0);
        restartedMs.push(Math.round(performance.now() - startedMs));
        children.delete(member);
        await start();
        await sleep(2000);
      }
      stopping.abort();
      await publishing.done;
      await vi.waitFor(
        () => {
          expect([...publishedAtMs.keys()].filter((id) => !seen.has(id))).toEqual([]);
        },
        { timeout: 60_000 },
      );
      const gaps = handledAtMs.slice(1).map((atMs, at) => atMs - (handledAtMs[at] ?? atMs));
      const [longestGapMs, longestWaitMs] = [Math.max(...gaps), Math.max(...waitedMs.values())];
      const repeats = [...seen.values()].filter((times) => times > 1).length;
      if (process.env['SPEC_LOG'] !== undefined)
        console.log(
          `rolling restart: stops took ${restartedMs.join(', ')} ms; nothing at all handled for ${longestGapMs.toFixed(0)} ms at most; ` +
            `an event waited ${longestWaitMs.toFixed(0)} ms at most; ${String(repeats)} of ${String(seen.size)} came twice`,
        );
      // A group that waited for the session of a member that is gone would need 10 s.
      expect(longestWaitMs).toBeLessThan(8000);
    } finally {
      stopping.abort();
      await publishing.done.catch(() => undefined);
      for (const child of children) {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
      await transport.close();
    }
  });
});
