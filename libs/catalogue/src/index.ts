export type * from './catalogue.ts';
export type * from './records.ts';
export { openCatalogue } from './open-catalogue.ts';
export { verifyAudit, type AuditProblem, type AuditVerdict } from './audit/verify-audit.ts';
export { pairViews } from './prepared/pair-views.ts';
export { hasPicture, pictureOf } from './prepared/picture-of.ts';
