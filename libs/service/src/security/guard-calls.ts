import type { NewAuditEntry } from '@mammoline/catalogue';
import { Failure } from '@mammoline/kernel';
import { ServerError, Status, type CallContext, type ServerMiddlewareCall } from 'nice-grpc';
import { methodRules, type MethodRule } from './method-rules.ts';
import type { Authenticator } from './open-authenticator.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { recordCall, type RecordLine } from './record-call.ts';
import type { Caller } from './roles.ts';

export interface Guards {
  /** Undefined: everyone may call everything. */
  readonly authenticator: Authenticator | undefined;
  /** Counts by the caller's subject, by the address of one who has none; health checks are not counted. */
  readonly limiter?: RateLimiter | undefined;
  /** Puts on record who did what. */
  readonly audit?: ((entry: Omit<NewAuditEntry, 'service'>) => Promise<void>) | undefined;
}

/** Server middleware: lets through who may call, and not too often, and records what they do. What it answers says what was missing, and never repeats a token. */
export function guardCalls({ authenticator, limiter, audit }: Guards) {
  return async function* <Request, Response>(call: ServerMiddlewareCall<Request, Response>, context: CallContext) {
    const { path } = call.method;
    const rule = methodRules[path];
    if (rule?.needs === 'anyone') return yield* call.next(call.request, context);
    const caller = authenticator === undefined ? undefined : await identifyOrSlowDown(authenticator, context, limiter);
    expectCall(limiter, caller === undefined ? addressOf(context) : `subject ${caller.subject}`, context);
    const about = { who: caller?.subject ?? 'anonymous', peer: hostOf(context.peer) };
    const record: RecordLine | undefined =
      rule?.audit === undefined || audit === undefined ? undefined : (entry) => audit({ ...about, ...entry });
    if (caller !== undefined) {
      const refusal = findRefusal(path, rule, caller);
      if (refusal !== undefined) {
        await record?.({ method: path, subject: '', outcome: Status[refusal.code] });
        throw refusal;
      }
    }
    if (rule === undefined || record === undefined) return yield* call.next(call.request, context);
    return yield* recordCall(call, context, rule, record);
  };
}

function expectCall(limiter: RateLimiter | undefined, client: string, context: CallContext): void {
  const waitMs = limiter?.take(client) ?? 0;
  if (waitMs === 0) return;
  // gRPC's own clients, where they are set to try again, do it then.
  context.trailer.set('grpc-retry-pushback-ms', String(waitMs));
  throw new ServerError(Status.RESOURCE_EXHAUSTED, `too many calls: try again in ${String(waitMs)} ms`);
}

/** Who tries tokens is slowed down as who calls too often. */
async function identifyOrSlowDown(authenticator: Authenticator, context: CallContext, limiter: RateLimiter | undefined): Promise<Caller> {
  try {
    return await identify(authenticator, context);
  } catch (error) {
    expectCall(limiter, addressOf(context), context);
    throw error;
  }
}

const addressOf = ({ peer }: CallContext): string => `address ${hostOf(peer)}`;

/** `127.0.0.1:1234` or `[::1]:1234` without the port, which is another for each connection. */
const hostOf = (peer: string): string => peer.replace(/:\d+$/, '');

async function identify(authenticator: Authenticator, { metadata }: CallContext): Promise<Caller> {
  const header = metadata.get('authorization');
  if (header === undefined)
    throw new ServerError(Status.UNAUTHENTICATED, 'no token: found no metadata "authorization", expected "Bearer TOKEN" in it');
  const token = /^bearer +(\S+)$/i.exec(header)?.[1];
  if (token === undefined)
    throw new ServerError(
      Status.UNAUTHENTICATED,
      'no token: found something else in the metadata "authorization", expected "Bearer TOKEN"',
    );
  try {
    return await authenticator.authenticate(token);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'invalid')
      throw new ServerError(Status.UNAUTHENTICATED, `the bearer token is refused: ${error.message}`);
    throw error;
  }
}

function findRefusal(path: string, rule: MethodRule | undefined, { roles, subject }: Caller): ServerError | undefined {
  const has = roles.size === 0 ? 'none' : [...roles].join(', ');
  const refuse = (needed: string): ServerError =>
    new ServerError(Status.PERMISSION_DENIED, `${path} needs ${needed}; the roles of ${subject}: ${has}`);
  if (rule === undefined) return refuse('a rule, and has none');
  const { needs } = rule;
  if (needs === 'anyone' || roles.has('admin')) return undefined;
  if (needs === 'any role') return roles.size > 0 ? undefined : refuse(needs);
  return roles.has(needs) ? undefined : refuse(`the role ${needs}`);
}
