/** What is written and read: plain values, no Prisma types. Ids derive from content or keys (`deriveUuid`), so repeats write the same rows. */
export type * from './records/line-records.ts';
export type * from './records/model-records.ts';
export type * from './records/view-records.ts';
