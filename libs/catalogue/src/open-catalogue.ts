import { unavailable } from '@mammoline/kernel';
import type { Logger } from 'pino';
import { appendAudit } from './audit/append-audit.ts';
import type { Catalogue } from './catalogue.ts';
import { bindReader } from './bind-reader.ts';
import { bindTransaction } from './bind-transaction.ts';
import { connect, type Database } from './database/connect.ts';
import { normaliseError } from './database/normalise-error.ts';
import type { Sql } from './database/transaction-statements.ts';
import { within } from './database/within.ts';
import { acquireLease } from './training/acquire-lease.ts';
import { beatLease } from './training/beat-lease.ts';
import { releaseLease } from './training/release-lease.ts';

/** Waiting for a connection, and the whole transaction. */
const transactionLimits = { maxWait: 10_000, timeout: 15_000 } as const;
const closeLimitMs = 5_000;

/**
 * Opens the catalogue of a migrated database. Connections are made when they are needed and again after they broke.
 * @throws Failure unavailable where Postgres does not answer
 */
export async function openCatalogue(options: { readonly url: string; readonly log?: Logger | undefined }): Promise<Catalogue> {
  const { prisma, statements } = connect(options.url, options.log);

  /** Read committed unless it is to be a snapshot. */
  const inTransaction = async <T>(
    isolation: { readonly isolationLevel?: 'RepeatableRead' },
    work: (db: Database, sql: Sql) => Promise<T>,
  ): Promise<T> => {
    let thrown: { readonly error: unknown } | undefined;
    try {
      return await statements.within((sqlOf) =>
        prisma.$transaction(
          async (db) => {
            try {
              return await work(db, sqlOf());
            } catch (error) {
              thrown = { error };
              throw error;
            }
          },
          { ...isolation, ...transactionLimits },
        ),
      );
    } catch (error) {
      // What the work threw is the reason, whatever the rollback then met.
      if (thrown !== undefined) throw thrown.error;
      throw normaliseError(error);
    }
  };
  const guarded = async <T, Db>(work: (db: Db) => Promise<T>, db: Db): Promise<T> => {
    try {
      return await work(db);
    } catch (error) {
      throw normaliseError(error);
    }
  };
  const locked = <T>(work: (db: Database) => Promise<T>): Promise<T> => inTransaction({}, (db) => guarded(work, db));

  const ping = (timeoutMs: number): Promise<void> =>
    within(
      timeoutMs,
      () => guarded((db) => db.$queryRaw`SELECT 1`, prisma),
      () => {
        throw unavailable(`the catalogue's Postgres gave no answer within ${String(timeoutMs)} ms`);
      },
    );

  const catalogue: Catalogue = {
    ...bindReader(
      (work) => guarded(work, prisma),
      (work) => inTransaction({ isolationLevel: 'RepeatableRead' }, (db) => guarded(work, db)),
    ),
    trainingLeases: {
      acquire: (owner, leaseMs, runId) => locked((db) => acquireLease(db, owner, leaseMs, runId)),
      beat: (runId, owner, leaseMs) => locked((db) => beatLease(db, runId, owner, leaseMs)),
      release: (runId, owner, attempt) => locked((db) => releaseLease(db, runId, owner, attempt)),
    },
    transaction: (work) =>
      inTransaction({}, (db, sql) =>
        work(
          bindTransaction(
            (operation) => guarded(operation, db),
            (operation) => guarded(operation, sql),
          ),
        ),
      ),
    appendAudit: (entry) => guarded((db) => appendAudit(db, entry), prisma),
    ping,
    // A connection that hangs must not hold up the end of the program.
    close: () =>
      within(
        closeLimitMs,
        () => prisma.$disconnect(),
        () => undefined,
      ),
  };
  try {
    await ping(transactionLimits.maxWait);
  } catch (error) {
    await catalogue.close();
    throw error;
  }
  return catalogue;
}
