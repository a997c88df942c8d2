import { deriveUuid, type Uuid } from '@mammoline/kernel';
import type pg from 'pg';

/** Places in the filled catalogue's lists, as the page tokens that a walk would have got there: walking to the middle of a million takes a while. */
export interface CatalogueKeys {
  readonly views: number;
  readonly patientCode: (view: number) => string;
  readonly viewToken: (view: number) => string;
  readonly patientToken: (view: number) => string;
  readonly repairTokens: readonly string[];
  readonly predictionTokens: readonly string[];
  readonly modelTokens: readonly string[];
  readonly predictionIds: readonly string[];
  readonly modelId: (number: number) => Uuid;
}

export const lateralityOf = (view: number): 'LEFT' | 'RIGHT' => (view % 4 < 2 ? 'LEFT' : 'RIGHT');
export const positionOf = (view: number): 'CC' | 'MLO' => (view % 2 === 0 ? 'CC' : 'MLO');

/** Of places in a list that are sampled: several in the middle, then the last page's. */
const samples = 20;

export async function readCatalogueKeys(client: pg.Client, views: number): Promise<CatalogueKeys> {
  const patientCode = (view: number): string => `P_${String(Math.floor(view / 4)).padStart(5, '0')}`;
  const tokens = async (list: string, sql: string, keyOf: (row: Record<string, unknown>) => unknown): Promise<readonly string[]> => {
    const { rows } = await client.query<Record<string, unknown>>(
      `WITH list AS MATERIALIZED (SELECT row_number() OVER () AS place, count(*) OVER () AS size, listed.* FROM (${sql}) AS listed)
       SELECT * FROM list WHERE place % (size / ${samples}) = 0 AND place < size - 50 OR place = size - 50 ORDER BY place`,
    );
    return rows.map((row) => tokenOf(list, keyOf(row)));
  };
  const created = (row: Record<string, unknown>): unknown => ({ createdAt: row['at'], id: row['id'] });
  const at = `to_char("createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, id`;
  const { rows } = await client.query<{ id: string }>('SELECT id FROM "Prediction" ORDER BY id LIMIT 200');
  return {
    views,
    patientCode,
    viewToken: (view) => tokenOf('views', { patientCode: patientCode(view), laterality: lateralityOf(view), position: positionOf(view) }),
    patientToken: (view) => tokenOf('patients', patientCode(view)),
    repairTokens: await tokens('repairs', 'SELECT kind, subject FROM "Repair" ORDER BY kind, subject', ({ kind, subject }) => ({
      kind,
      subject,
    })),
    predictionTokens: await tokens('predictions', `SELECT ${at} FROM "Prediction" ORDER BY "createdAt" DESC, id DESC`, created),
    modelTokens: await tokens('models', `SELECT ${at} FROM "ModelVersion" ORDER BY "createdAt" DESC, id DESC`, created),
    predictionIds: rows.map(({ id }) => id),
    modelId: (number) => deriveUuid('model', number),
  };
}

const tokenOf = (list: string, key: unknown): string => Buffer.from(JSON.stringify({ list, key })).toString('base64url');
