import type { Logger } from 'pino';
import { PrismaClient } from '../gen/client.ts';
import type { Prisma } from '../gen/client.ts';
import { nameStatements } from './name-statements.ts';
import { TransactionStatements } from './transaction-statements.ts';

/** What an operation needs: the client itself, or a transaction of it. */
export type Database = Prisma.TransactionClient;

/**
 * Limits for a Postgres, or a path to it, that hangs: the server gives up on a lock, a statement, an idle transaction (its owner was
 * stopped); the client gives up on an answer, and on a connection, be it to Postgres or out of the pool. Together under the transaction limit of 15 s where they can be.
 */
const limits = {
  max: 10,
  connectionTimeoutMillis: 10_000,
  query_timeout: 20_000,
  statement_timeout: 15_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 20_000,
} as const;

/**
 * Opens no connection yet. The session's time zone is pinned: the adapter writes times without a zone and drops the zone of what it reads,
 * so on a server in another zone than UTC every time would shift. So is the isolation, which spares each transaction a statement.
 */
export function connect(
  url: string,
  log: Logger | undefined,
): { readonly prisma: PrismaClient; readonly statements: TransactionStatements } {
  const options = String.raw`-c TimeZone=UTC -c default_transaction_isolation=read\ committed`;
  const statements = new TransactionStatements(
    { connectionString: url, application_name: 'mammoline', keepAlive: true, options, ...limits },
    {
      statementNameGenerator: nameStatements(),
      onPoolError: (error) => log?.warn({ err: error }, 'an idle connection to Postgres broke'),
      onConnectionError: (error) => log?.warn({ err: error }, 'a connection to Postgres broke inside a transaction'),
    },
  );
  return { prisma: new PrismaClient({ adapter: statements, errorFormat: 'minimal' }), statements };
}
