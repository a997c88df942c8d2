import { describeTransport, startTestKafka, whyNoKafka } from '@mammoline/testing';
import { describe, it } from 'vitest';
import { openTransport } from './open-transport.fixture.ts';

const reason = whyNoKafka();
if (reason !== undefined) {
  describe.skip(`transport kafka: ${reason}`, () => {
    it('passes the contract', () => undefined);
  });
} else {
  describeTransport('kafka', async () => {
    const { brokers } = await startTestKafka();
    return {
      open: () => openTransport(brokers),
      child: { module: new URL('open-transport.fixture.ts', import.meta.url), target: brokers },
      close: () => Promise.resolve(),
    };
  });
}
