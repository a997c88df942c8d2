export type * from './transport.ts';
export { openPostgresTransport } from './postgres/open-postgres-transport.ts';
export { openKafkaTransport, type KafkaTransportOptions } from './kafka/open-kafka-transport.ts';
export { pruneEvents, type Pruned, type PruneOptions } from './prune-events.ts';
export { runOutboxRelay, type OutboxRelayOptions } from './run-outbox-relay.ts';
