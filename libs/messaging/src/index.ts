export type * from './transport.ts';
export { openPostgresTransport } from './postgres/open-postgres-transport.ts';
export { openKafkaTransport, type KafkaTransportOptions } from './kafka/open-kafka-transport.ts';
export { runOutboxRelay, type OutboxRelayOptions } from './run-outbox-relay.ts';
