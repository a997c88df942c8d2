import { Prisma } from '../gen/client.ts';

/** A plain value for a JSON column; undefined and null are stored as SQL NULL. Values come from typed records, so they are JSON. */
export function toJson(value: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value ?? Prisma.DbNull;
}

/** A value for a JSON column that is never NULL. */
export function toRequiredJson(value: unknown): Prisma.InputJsonValue {
  return value ?? {};
}
