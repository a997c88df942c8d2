import { invalid } from '@mammoline/kernel';
import { z } from 'zod';
import { tracingVariables } from './tracing/tracing-variables.ts';

const hostAndPort = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^:]+):\d{1,5}$/, 'expected host:port, e.g. 127.0.0.1:0 for any free port');

/** Variables whose values no message repeats. */
const secret = /PASSWORD|SECRET/;

/** The environment variables that every service knows; docs/reference/runtime.md explains them. */
const variables = z.object({
  MAMMOLINE_POSTGRES_URL: z.string().regex(/^postgres(ql)?:\/\/./, 'expected a URL like postgres://user:password@host:5432/database'),
  MAMMOLINE_BLOBS_URL: z.string().regex(/^[a-z0-9]+:\/\/./, 'expected a URL like file:///directory'),
  MAMMOLINE_TRANSPORT: z.enum(['postgres', 'kafka']).default('postgres'),
  MAMMOLINE_KAFKA_BROKERS: z
    .string()
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .pipe(z.array(hostAndPort))
    .optional(),
  MAMMOLINE_KAFKA_TLS: z.stringbool().default(false),
  MAMMOLINE_KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  MAMMOLINE_KAFKA_SASL_USERNAME: z.string().optional(),
  MAMMOLINE_KAFKA_SASL_PASSWORD: z.string().optional(),
  MAMMOLINE_GRPC_ADDRESS: hostAndPort.default('127.0.0.1:0'),
  MAMMOLINE_HTTP_ADDRESS: hostAndPort.optional(),
  MAMMOLINE_LOG: z.enum(['json', 'pretty']).default('json'),
  MAMMOLINE_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  MAMMOLINE_GRACE_MS: z.coerce.number().int().min(0).max(600_000).default(10_000),
  MAMMOLINE_MAX_ATTEMPTS: z.coerce.number().int().min(1).max(100).default(8),
  MAMMOLINE_READY_FILE: z.string().optional(),
  ...tracingVariables.shape,
});

/** The same, where one variable asks for others. */
export const runtimeConfigSchema = variables.check(({ value, issues }) => {
  const need = (name: keyof typeof value, because: string): void => {
    if (value[name] === undefined) issues.push({ code: 'custom', path: [name], input: undefined, message: `is needed ${because}` });
  };
  if (value.MAMMOLINE_TRANSPORT === 'kafka')
    need('MAMMOLINE_KAFKA_BROKERS', 'by MAMMOLINE_TRANSPORT=kafka: host:port of some brokers, with commas');
  if (value.MAMMOLINE_KAFKA_SASL_MECHANISM === undefined) return;
  need('MAMMOLINE_KAFKA_SASL_USERNAME', 'by MAMMOLINE_KAFKA_SASL_MECHANISM');
  need('MAMMOLINE_KAFKA_SASL_PASSWORD', 'by MAMMOLINE_KAFKA_SASL_MECHANISM');
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
    return `  ${name}: ${found === undefined ? 'missing' : `found ${secret.test(name) ? 'a value' : JSON.stringify(found)}`}: ${issue.message}`;
  });
  throw invalid(`the configuration (environment variables) is wrong:\n${[...new Set(lines)].join('\n')}`);
}
