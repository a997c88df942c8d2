import { createTestDatabase } from '@mammoline/testing';
import pg from 'pg';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openCatalogue } from '../open-catalogue.ts';
import type { AuditHead, AuditRecord, NewAuditEntry } from '../records.ts';
import { useCatalogue } from '../spec-fixtures.ts';
import { hashAuditEntry } from './hash-audit-entry.ts';
import { verifyAudit } from './verify-audit.ts';

const writers = 4;
const each = 10;
const entryOf = (subject: string): NewAuditEntry => ({
  service: 'predictor',
  who: 'Ärztin 💡',
  peer: '127.0.0.1',
  method: '/a.B/C',
  subject,
  outcome: 'OK',
});

describe('the audit chain', () => {
  const catalogue = useCatalogue(createTestDatabase);
  const sql = async (...statements: readonly string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: catalogue().url });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  /** As one who owns the database can. */
  const tamper = (...statements: readonly string[]): Promise<void> =>
    sql('BEGIN', "SET LOCAL session_replication_role = 'replica'", ...statements, 'COMMIT');
  const readAll = async (): Promise<readonly AuditRecord[]> => (await catalogue().listAudit({ pageSize: 1000, pageToken: undefined })).rows;
  const verify = async (anchor?: AuditHead) => {
    const head = await catalogue().auditHead();
    const rows = await readAll();
    return verifyAudit(
      (async function* () {
        for (const row of rows) yield await Promise.resolve(row);
      })(),
      head,
      anchor,
    );
  };
  const problems = async (anchor?: AuditHead): Promise<readonly string[]> =>
    (await verify(anchor)).problems.map(({ position, problem }) => `${String(position)} ${problem}`);

  beforeAll(async () => {
    const replicas = await Promise.all(Array.from({ length: writers }, () => openCatalogue({ url: catalogue().url })));
    await Promise.all(
      replicas.flatMap((replica, at) => Array.from({ length: each }, (_, n) => replica.appendAudit(entryOf(`${String(at)}-${String(n)}`)))),
    );
    await Promise.all(replicas.map((replica) => replica.close()));
    await sql('CREATE TABLE kept AS TABLE "AuditEntry"', 'CREATE TABLE kept_head AS TABLE "AuditHead"');
  });
  afterEach(() =>
    tamper(
      'DELETE FROM "AuditEntry"',
      'INSERT INTO "AuditEntry" TABLE kept',
      'DELETE FROM "AuditHead"',
      'INSERT INTO "AuditHead" TABLE kept_head',
    ),
  );

  it('is one, whole, of several replicas that write at once', async () => {
    expect(await verify()).toEqual({ entries: writers * each, problems: [] });
    const rows = await readAll();
    expect(rows.map(({ position }) => position)).toEqual(Array.from({ length: writers * each }, (_, at) => BigInt(at + 1)));
    expect(new Set(rows.map(({ subject }) => subject)).size).toBe(writers * each);
    const times = rows.map(({ at }) => at.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it.each([
    'UPDATE "AuditEntry" SET who = \'nobody\'',
    'DELETE FROM "AuditEntry"',
    'TRUNCATE "AuditEntry"',
    'UPDATE "AuditHead" SET position = 1',
    'DELETE FROM "AuditHead"',
    'INSERT INTO "AuditHead" VALUES (2, 0, \'\')',
    'TRUNCATE "AuditHead"',
  ])('refuses %s', async (statement) => {
    await expect(sql(statement)).rejects.toThrow(/are never changed/);
    expect(await problems()).toEqual([]);
  });

  it('takes neither a position, a time nor a hash from a writer', async () => {
    await sql(`INSERT INTO "AuditEntry" VALUES (7, '2001-01-01', 's', 'w', 'p', 'm', '', 'OK', 'x', 'y')`);
    expect(await verify()).toEqual({ entries: writers * each + 1, problems: [] });
    expect((await readAll()).at(-1)?.at.getFullYear()).toBeGreaterThan(2001);
  });

  it.each(['who', 'service', 'peer', 'method', 'subject', 'outcome'])('shows where %s was changed', async (column) => {
    await tamper(`UPDATE "AuditEntry" SET ${column} = 'another' WHERE position = 5`);
    expect(await problems()).toEqual(['5 does not have its hash: it was changed']);
  });

  it('shows where a time was changed', async () => {
    await tamper(`UPDATE "AuditEntry" SET at = at - interval '1 ms' WHERE position = 5`);
    expect(await problems()).toEqual(['5 does not have its hash: it was changed']);
  });

  it('shows where an entry was changed and hashed anew', async () => {
    const { position, hash, ...rest } = (await readAll())[4] ?? expect.unreachable('no entry');
    expect(hash).toHaveLength(64);
    const forged = hashAuditEntry({ position, ...rest, who: 'another' });
    await tamper(`UPDATE "AuditEntry" SET who = 'another', hash = '${forged}' WHERE position = 5`);
    expect(await problems()).toEqual(['6 does not follow the entry before it: one of them was exchanged']);
  });

  it('shows where entries were removed: in the middle, at the beginning, at the end', async () => {
    await tamper('DELETE FROM "AuditEntry" WHERE position IN (1, 5, 40)');
    expect(await problems()).toEqual([
      expect.stringMatching(/^2 expected position 1: entries are missing/),
      expect.stringMatching(/^6 expected position 5: entries are missing/),
      expect.stringMatching(/^40 the head names this as the last entry, and position 39 is/),
    ]);
  });

  it('shows where entries changed places', async () => {
    await tamper(
      'UPDATE "AuditEntry" SET position = 1000 WHERE position = 5',
      'UPDATE "AuditEntry" SET position = 5 WHERE position = 6',
      'UPDATE "AuditEntry" SET position = 6 WHERE position = 1000',
    );
    expect((await problems()).map((line) => line.split(' ')[0])).toEqual(['5', '5', '6', '6', '7']);
  });

  it('shows a head that is gone, or was turned back with the entries', async () => {
    await tamper('DELETE FROM "AuditHead"');
    expect(await problems()).toEqual(['0 the head of the chain is gone']);
  });

  it('shows by an anchor a chain that was cut off or rewritten as a whole', async () => {
    const last = (await readAll()).at(-1) ?? expect.unreachable('no entry');
    expect(await problems(last)).toEqual([]);
    const before = (await readAll()).at(-2) ?? expect.unreachable('no entry');
    await tamper('DELETE FROM "AuditEntry" WHERE position = 40', `UPDATE "AuditHead" SET position = 39, hash = '${before.hash}'`);
    expect(await problems()).toEqual([]);
    expect(await problems(last)).toEqual(['40 the entry of the anchor is missing']);
    await catalogue().appendAudit(entryOf('another'));
    expect(await problems()).toEqual([]);
    expect(await problems(last)).toEqual(['40 has another hash than the anchor: the chain was rewritten']);
  });
});
