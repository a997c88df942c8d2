import { isTransportModule } from './transport-module.ts';

/**
 * A process that takes one event, says which, and never finishes it; the contract suite kills it.
 * Arguments: module, target, group, topic.
 */
const [module = '', target = '', group = '', topic = ''] = process.argv.slice(2);
const loaded: unknown = await import(module);
if (!isTransportModule(loaded)) throw new Error(`${module} has no export openTransport`);
const transport = await loaded.openTransport(target);
await transport.consume({
  group,
  topics: [topic],
  concurrency: 1,
  handle: ({ event }) => {
    console.log(event.id);
    return new Promise(() => undefined);
  },
  onFatal: (error) => {
    console.error(error);
    process.exit(1);
  },
});
console.log('consuming');
