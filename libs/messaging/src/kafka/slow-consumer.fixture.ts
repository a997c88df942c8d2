import { openTransport } from './open-transport.fixture.ts';

/** A process that says which event it has, and acknowledges it half a second later. Arguments: broker, group, topic. */
const [broker = '', group = '', topic = ''] = process.argv.slice(2);
const transport = await openTransport(broker);
await transport.consume({
  group,
  topics: [topic],
  concurrency: 1,
  handle: async ({ event }) => {
    console.log(event.id);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { kind: 'ack' };
  },
  onFatal: (error) => {
    console.error(error);
    process.exit(1);
  },
});
console.log('consuming');
