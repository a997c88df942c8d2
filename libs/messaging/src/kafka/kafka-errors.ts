import { describeError, invalid, toFailure, type Failure } from '@mammoline/kernel';
import kafkajs from 'kafkajs';

// kafkajs is a CommonJS module whose classes Node does not see by name.
const { KafkaJSAggregateError, KafkaJSProtocolError, KafkaJSSASLAuthenticationError } = kafkajs;

/** Did the broker answer with a no that no repetition mends? */
export function isRefusal(error: unknown): boolean {
  if (error instanceof KafkaJSAggregateError) return error.errors.some(isRefusal);
  if (error instanceof KafkaJSProtocolError) return !error.retriable;
  return error instanceof Error && isRefusal(error.cause);
}

/** A broker that has not heard of a topic yet says so for some moments after another one made it. */
export const isUnknownTopic = (error: unknown): boolean =>
  causesOf(error).some((it) => it instanceof KafkaJSProtocolError && it.type === 'UNKNOWN_TOPIC_OR_PARTITION');

/** Node's codes of a handshake that failed for a certificate, and its words for one side that speaks no TLS. */
const tlsTrouble = /CERT|TLS|SSL|before secure TLS/;

/**
 * Why Kafka can't be opened: `invalid` with the field `sasl` or `tls` where it is that option's fault, else `unavailable`.
 */
export function toOpeningFailure(error: unknown, brokers: readonly string[]): Failure {
  const causes = causesOf(error);
  const refused = (field: 'sasl' | 'tls', what: string): Failure =>
    invalid(`Kafka at ${brokers.join(', ')} ${what}: ${describeError(causes.at(-1))}`, { cause: error, field });
  if (causes.some((it) => it instanceof KafkaJSSASLAuthenticationError)) return refused('sasl', 'refuses these credentials');
  if (causes.some((it) => it instanceof KafkaJSProtocolError && it.type === 'ILLEGAL_SASL_STATE'))
    return refused('sasl', 'wants no credentials on this listener');
  if (causes.some((it) => tlsTrouble.test(it.message) || ('code' in it && tlsTrouble.test(String(it.code)))))
    return refused('tls', 'and this service do not come together over TLS');
  const hint = causes.some((it) => it.message === 'Closed connection')
    ? 'a listener that wants TLS or credentials closes connections without them'
    : 'is it running, and are the addresses right?';
  return toFailure(error, 'unavailable', `can't open Kafka at ${brokers.join(', ')}; ${hint}`);
}

const causesOf = (error: unknown): readonly Error[] => (error instanceof Error ? [error, ...causesOf(error.cause)] : []);
