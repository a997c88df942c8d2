import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import { bug, unavailable } from '@mammoline/kernel';
import { takeRows } from './take-rows.ts';

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;
type Transaction = Awaited<ReturnType<Adapter['startTransaction']>>;
type Answer = Awaited<ReturnType<Adapter['queryRaw']>>;

/**
 * Runs one statement on the connection of a transaction and gives its rows, each a list of columns as the driver reads them. It passes Prisma's query
 * engine by, whose part of a short statement is two thirds of the CPU (0.23 of 0.28 ms): for what every event writes, and for nothing else.
 */
export type Sql = (text: string, values: readonly unknown[]) => Promise<readonly (readonly unknown[])[]>;

interface Opening {
  sql: Sql | undefined;
}

/** The driver's adapter, with a way to the connections of Prisma's transactions. */
export class TransactionStatements extends PrismaPg {
  readonly #opening = new AsyncLocalStorage<Opening>();

  override async connect(): Promise<Adapter> {
    const adapter = await super.connect();
    const query = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (statement) => withRowsTaken(await query(statement));
    const start = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (isolationLevel) => {
      const opening = this.#opening.getStore();
      const transaction = await start(isolationLevel);
      // The first that is opened is the one that was asked for; a query within its work may open others.
      if (opening !== undefined) opening.sql ??= statementsOf(transaction);
      return transaction;
    };
    return adapter;
  }

  /** @param open opens a transaction of Prisma's, and calls the function that it is given inside of it for its statements */
  within<T>(open: (sqlOf: () => Sql) => Promise<T>): Promise<T> {
    const opening: Opening = { sql: undefined };
    return this.#opening.run(opening, () =>
      open(() => {
        if (opening.sql === undefined) throw bug('Prisma opened no transaction, or on a connection of another adapter');
        return opening.sql;
      }),
    );
  }
}

const withRowsTaken = (answer: Answer): Answer => ({ ...answer, rows: takeRows(answer.rows) });

/**
 * Prisma ends a transaction by a statement too, also where its time is over: what comes after that must not reach the connection, which others get.
 * Statements wait for each other here, since the driver wants to be given one at a time.
 */
function statementsOf(transaction: Transaction): Sql {
  let isOver = false;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  const query = transaction.queryRaw.bind(transaction);
  const execute = transaction.executeRaw.bind(transaction);
  transaction.queryRaw = (statement) => inTurn(async () => withRowsTaken(await query(statement)));
  transaction.executeRaw = (statement) => {
    isOver ||= statement.sql === 'COMMIT' || statement.sql === 'ROLLBACK';
    return inTurn(() => execute(statement));
  };
  return async (text, values) => {
    if (isOver) throw unavailable('the transaction is over: it took too long, or its work went on after its end');
    const argTypes = values.map(() => ({ scalarType: 'unknown', arity: 'scalar' }) as const);
    return (await transaction.queryRaw({ sql: text, args: [...values], argTypes })).rows;
  };
}
