import { newUuid, type Uuid } from '@mammoline/kernel';
import { createTestDatabase } from '@mammoline/testing';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { modelOf, queueRun, useCatalogue } from '../spec-fixtures.ts';

const page = { pageSize: 1000, pageToken: undefined };

describe('model aliases', () => {
  const catalogue = useCatalogue(createTestDatabase);
  const publish = async (): Promise<Uuid> => {
    const model = modelOf(await queueRun(catalogue()));
    await catalogue().transaction((tx) => tx.insertModelVersion(model));
    return model.id;
  };
  const champion = async () => (await catalogue().modelOfAlias('champion'))?.id;
  const promote = (to: Uuid) => catalogue().transaction((tx) => tx.promoteModel('champion', to));
  const rollback = (leaving: Uuid) => catalogue().transaction((tx) => tx.rollbackModel('champion', leaving));
  const moves = async () => (await catalogue().listModelMoves('champion', page)).rows;

  it('the first version becomes the champion, one of those that come at once; later ones leave it', async () => {
    expect(await champion()).toBeUndefined();
    const together = await Promise.all([publish(), publish(), publish(), publish()]);
    const first = await champion();
    expect(together).toContain(first);
    await publish();
    expect(await champion()).toBe(first);
    expect(await moves()).toMatchObject([{ alias: 'champion', cause: 'FIRST', from: undefined, to: first }]);
    expect(await catalogue().modelOfAlias('candidate')).toBeUndefined();
  });

  it('moves by promotion and back by rollback, with each move in the history', async () => {
    const first = (await champion()) ?? expect.unreachable('no champion');
    const [second, third] = [await publish(), await publish()];
    expect(await promote(second)).toMatchObject({ cause: 'PROMOTE', from: first, to: second });
    expect(await promote(second)).toBeUndefined();
    await promote(third);
    expect(await catalogue().model(third)).toMatchObject({ aliases: ['champion'] });
    const back = await rollback(third);
    expect(back).toMatchObject({ cause: 'ROLLBACK', from: third, to: second });
    // A caller whose answer was lost asks again, and goes back no further.
    expect(await rollback(third)).toEqual(back);
    await rollback(second);
    expect(await champion()).toBe(first);
    await expect(rollback(first)).rejects.toMatchObject({ kind: 'invalid', field: 'alias' });
    await expect(rollback(third)).rejects.toMatchObject({ kind: 'invalid', field: 'leaving_model_version_id' });
    await expect(promote(newUuid())).rejects.toMatchObject({ kind: 'invalid', field: 'model_version_id' });
    expect((await moves()).map(({ cause, to }) => [cause, to])).toEqual([
      ['ROLLBACK', first],
      ['ROLLBACK', second],
      ['PROMOTE', third],
      ['PROMOTE', second],
      ['FIRST', first],
    ]);
    const one = await catalogue().listModelMoves('champion', { ...page, pageSize: 1 });
    const next = await catalogue().listModelMoves('champion', { pageSize: 1, pageToken: one.nextPageToken });
    expect([...one.rows, ...next.rows]).toEqual((await moves()).slice(0, 2));
  });

  it('moves that meet wait for each other: each leaves from where the one before arrived', async () => {
    const before = (await moves()).length;
    const versions = await Promise.all(Array.from({ length: 8 }, publish));
    await Promise.all(versions.map(promote));
    const made = (await moves()).slice(0, -before).reverse();
    expect(made.map(({ to }) => to).sort()).toEqual([...versions].sort());
    for (const [index, move] of made.slice(1).entries()) expect(move.from).toBe(made[index]?.to);
    expect(await champion()).toBe(made.at(-1)?.to);
    const now = (await champion()) ?? expect.unreachable('no champion');
    // Two people see the same trouble.
    expect(new Set((await Promise.all([rollback(now), rollback(now)])).map(({ position }) => position)).size).toBe(1);
  });

  it('versions and moves are never changed, whoever tries', async () => {
    const client = new pg.Client({ connectionString: catalogue().url });
    await client.connect();
    await expect(client.query(`UPDATE "ModelVersion" SET threshold = 0`)).rejects.toThrow(/"ModelVersion" are never changed/);
    await expect(client.query(`UPDATE "ModelMove" SET cause = 'FIRST'`)).rejects.toThrow(/never changed/);
    await expect(client.query(`DELETE FROM "ModelMove"`)).rejects.toThrow(/never changed/);
    await client.end();
  });
});
