import type pg from 'pg';
import { lateralityOf, positionOf, type CatalogueKeys } from './catalogue-keys.ts';
import type { ListCall } from './list-calls.ts';

/**
 * The same rows as the lists' middle pages by plain SQL over the driver, in one session with prepared statements: what is left of a call's time
 * is the services' own. Named as in {@link listCalls}.
 */
export function rawQueries(client: pg.Client, keys: CatalogueKeys): readonly ListCall[] {
  const spread = (index: number): number => Math.floor((keys.views * ((index * 0.618) % 1)) / 4) * 4;
  const read = async (name: string, text: string, values: readonly unknown[]) =>
    (await client.query<{ id: string }>({ name, text, values: [...values] })).rows;
  return [
    {
      name: 'ListPatients, middle',
      call: async (index) =>
        (
          await read(
            'patients',
            `SELECT p.code, count(DISTINCT v.id), count(a.id) FROM (SELECT code FROM "Patient" WHERE code > $1 ORDER BY code LIMIT 101) p
             LEFT JOIN "View" v ON v."patientCode" = p.code LEFT JOIN "Abnormality" a ON a."viewId" = v.id GROUP BY p.code ORDER BY p.code`,
            [keys.patientCode(spread(index))],
          )
        ).length,
    },
    {
      name: 'ListViews, middle',
      call: async (index) => {
        const view = spread(index);
        const rows = await read(
          'views',
          `SELECT * FROM "View" WHERE ("patientCode", laterality, position) > ($1, $2::"Laterality", $3::"ViewPosition") ORDER BY "patientCode", laterality, position LIMIT 101`,
          [keys.patientCode(view), lateralityOf(view), positionOf(view)],
        );
        const ids = rows.map(({ id }) => id);
        for (const table of ['Abnormality', 'Image', 'MergedMask', 'PreparedView'])
          await read(table, `SELECT * FROM "${table}" WHERE "viewId" = ANY($1)`, [ids]);
        return rows.length - 1;
      },
    },
    {
      name: 'GetView',
      call: async (index) => {
        const view = spread(index);
        const rows = await read(
          'view',
          'SELECT * FROM "View" WHERE "patientCode" = $1 AND laterality = $2::"Laterality" AND position = $3::"ViewPosition"',
          [keys.patientCode(view), lateralityOf(view), positionOf(view)],
        );
        const ids = rows.map(({ id }) => id);
        for (const table of ['Abnormality', 'Image', 'MergedMask', 'PreparedView'])
          await read(table, `SELECT * FROM "${table}" WHERE "viewId" = ANY($1)`, [ids]);
        return rows.length;
      },
    },
    {
      name: 'ListPredictions, first',
      call: async () =>
        (
          await read(
            'predictions',
            'SELECT p.*, v."patientCode", v.laterality, v.position FROM (SELECT * FROM "Prediction" ORDER BY "createdAt" DESC, id DESC LIMIT 101) p JOIN "View" v ON v.id = p."viewId"',
            [],
          )
        ).length - 1,
    },
    {
      name: 'ListModels, first',
      call: async () =>
        (
          await read(
            'models',
            'SELECT m.*, r."splitHash" FROM "ModelVersion" m JOIN "TrainingRun" r ON r.id = m."runId" ORDER BY m."createdAt" DESC, m.id DESC LIMIT 101',
            [],
          )
        ).length - 1,
    },
    {
      name: 'ListRepairs, first',
      call: async () => (await read('repairs', 'SELECT * FROM "Repair" ORDER BY kind, subject LIMIT 101', [])).length - 1,
    },
  ];
}
