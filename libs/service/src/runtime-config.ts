import { invalid } from '@mammoline/kernel';
import { z } from 'zod';
import { hostAndPort } from './host-and-port.ts';
import { findLackingKafkaVariables, kafkaVariables } from './kafka-variables.ts';
import { authVariables, findLackingAuthVariables } from './security/auth-variables.ts';
import { findLackingGrpcTlsVariables, grpcTlsVariables } from './security/grpc-tls-variables.ts';
import { limitVariables } from './security/limit-variables.ts';
import { createSecretMask, isSecretName } from './security/mask-secrets.ts';
import { tracingVariables } from './tracing/tracing-variables.ts';

/** The environment variables that every service knows; docs/reference/runtime.md explains them. */
const variables = z.object({
  MAMMOLINE_POSTGRES_URL: z.string().regex(/^postgres(ql)?:\/\/./, 'expected a URL like postgres://user:password@host:5432/database'),
  MAMMOLINE_BLOBS_URL: z.string().regex(/^[a-z0-9]+:\/\/./, 'expected a URL like file:///directory'),
  MAMMOLINE_TRANSPORT: z.enum(['postgres', 'kafka']).default('postgres'),
  ...kafkaVariables.shape,
  MAMMOLINE_GRPC_ADDRESS: hostAndPort.default('127.0.0.1:0'),
  ...grpcTlsVariables.shape,
  ...authVariables.shape,
  ...limitVariables.shape,
  MAMMOLINE_HTTP_ADDRESS: hostAndPort.optional(),
  MAMMOLINE_LOG: z.enum(['json', 'pretty']).default('json'),
  MAMMOLINE_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  MAMMOLINE_GRACE_MS: z.coerce.number().int().min(0).max(600_000).default(10_000),
  MAMMOLINE_MAX_ATTEMPTS: z.coerce.number().int().min(1).max(100).default(8),
  MAMMOLINE_RETENTION_DAYS: z.coerce.number().int().min(0).max(3650).default(30),
  MAMMOLINE_READY_FILE: z.string().optional(),
  ...tracingVariables.shape,
});

/** The same, where one variable asks for others. */
export const runtimeConfigSchema = variables.check(({ value, issues }) => {
  const lack = (name: keyof typeof value, message: string): void => {
    issues.push({ code: 'custom', path: [name], input: undefined, message });
  };
  if (value.MAMMOLINE_TRANSPORT === 'kafka' && value.MAMMOLINE_KAFKA_BROKERS === undefined)
    lack('MAMMOLINE_KAFKA_BROKERS', 'is needed by MAMMOLINE_TRANSPORT=kafka: host:port of some brokers, with commas');
  const lacking = [...findLackingKafkaVariables(value), ...findLackingGrpcTlsVariables(value), ...findLackingAuthVariables(value)];
  for (const [name, because] of lacking) lack(name, because);
});
export type RuntimeConfig = z.infer<typeof runtimeConfigSchema>;

/**
 * Parses the environment once, for the runtime and for the service. An empty variable counts as unset.
 * @throws Failure invalid that names all wrong and missing variables together.
 */
export function parseConfig<Config>(
  environment: Readonly<Record<string, string | undefined>>,
  schema: z.ZodType<Config>,
): { readonly runtime: RuntimeConfig; readonly service: Config } {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const runtime = runtimeConfigSchema.safeParse(set);
  const service = schema.safeParse(set);
  if (runtime.success && service.success) return { runtime: runtime.data, service: service.data };
  const lines = [...(runtime.error?.issues ?? []), ...(service.error?.issues ?? [])].map((issue) => {
    const name = issue.path.join('.');
    const found = set[name];
    return `  ${name}: ${found === undefined ? 'missing' : `found ${isSecretName(name) ? 'a value' : JSON.stringify(found)}`}: ${issue.message}`;
  });
  const mask = createSecretMask(set);
  throw invalid(mask(`the configuration (environment variables) is wrong:\n${[...new Set(lines)].join('\n')}`));
}
