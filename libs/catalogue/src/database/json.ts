import { Prisma } from '../gen/client.ts';

/** A plain value for a JSON column; undefined and null are stored as SQL NULL. Values come from typed records, so they are JSON. */
export function toJson(value: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value ?? Prisma.DbNull;
}

/** A value for a JSON column that is never NULL. */
export function toRequiredJson(value: unknown): Prisma.InputJsonValue {
  return value ?? {};
}

/** A row as Postgres writes it in JSON: whole numbers without their size's limits (ours are below 2^53), times as text. */
export type RowInJson<Row> = {
  readonly [Column in keyof Row]: bigint extends Row[Column]
    ? Exclude<Row[Column], bigint> | number
    : Date extends Row[Column]
      ? string
      : Row[Column];
};
