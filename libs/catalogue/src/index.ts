export type * from './catalogue.ts';
export type * from './records.ts';
