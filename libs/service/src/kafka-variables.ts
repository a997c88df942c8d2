import { z } from 'zod';
import { hostAndPort } from './host-and-port.ts';

/** How a service comes to Kafka; docs/reference/runtime.md explains them. */
export const kafkaVariables = z.object({
  MAMMOLINE_KAFKA_BROKERS: z
    .string()
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .pipe(z.array(hostAndPort))
    .optional(),
  MAMMOLINE_KAFKA_TLS: z.stringbool().default(false),
  MAMMOLINE_KAFKA_TLS_CA_FILE: z.string().optional(),
  MAMMOLINE_KAFKA_TLS_CERT_FILE: z.string().optional(),
  MAMMOLINE_KAFKA_TLS_KEY_FILE: z.string().optional(),
  MAMMOLINE_KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  MAMMOLINE_KAFKA_SASL_USERNAME: z.string().optional(),
  MAMMOLINE_KAFKA_SASL_PASSWORD: z.string().optional(),
});
export type KafkaVariables = z.infer<typeof kafkaVariables>;

/** Which variable lacks, and what asks for it. */
export function findLackingKafkaVariables(value: KafkaVariables): readonly (readonly [name: keyof KafkaVariables, because: string])[] {
  const asksFor = [
    ['MAMMOLINE_KAFKA_SASL_MECHANISM', 'MAMMOLINE_KAFKA_SASL_USERNAME'],
    ['MAMMOLINE_KAFKA_SASL_MECHANISM', 'MAMMOLINE_KAFKA_SASL_PASSWORD'],
    ['MAMMOLINE_KAFKA_TLS_CA_FILE', 'MAMMOLINE_KAFKA_TLS'],
    ['MAMMOLINE_KAFKA_TLS_CERT_FILE', 'MAMMOLINE_KAFKA_TLS'],
    ['MAMMOLINE_KAFKA_TLS_CERT_FILE', 'MAMMOLINE_KAFKA_TLS_KEY_FILE'],
    ['MAMMOLINE_KAFKA_TLS_KEY_FILE', 'MAMMOLINE_KAFKA_TLS_CERT_FILE'],
  ] as const;
  return asksFor
    .filter(([asking, asked]) => value[asking] !== undefined && (value[asked] === undefined || value[asked] === false))
    .map(([asking, asked]) => [asked, `is needed by ${asking}`]);
}
