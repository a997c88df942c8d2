import { openTransport } from './open-transport.fixture.ts';

/** A member that says which events it has handled, each for 20 ms, until SIGTERM. Arguments: broker, group, topic. */
const [broker = '', group = '', topic = ''] = process.argv.slice(2);
const transport = await openTransport(broker);
const consumer = await transport.consume({
  group,
  topics: [topic],
  concurrency: 4,
  handle: async ({ event }) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    console.log(`${event.key} ${event.id}`);
    return { kind: 'ack' };
  },
  onFatal: (error) => {
    console.error(error);
    process.exit(1);
  },
});
process.on('SIGTERM', () => {
  void consumer.stop(10_000).then(() => process.exit(0));
});
console.log('consuming');
