const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Classes of SQLSTATE that a later try can mend: connection, rolled back, out of resources, operator intervention (restart). */
const passingClasses = new Set(['08', '40', '53', '57', '55']);

/** Is this Postgres being away, starting, stopping or crowded, which passes, and not a defect of ours, which does not? */
export function isConnectionTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string') {
    return networkCodes.has(error.code) || (error.code.length === 5 && passingClasses.has(error.code.slice(0, 2)));
  }
  // node-postgres gives its own connection errors no code.
  if (
    /connection terminated|connection (timeout|ended)|timeout exceeded when trying to connect|not queryable|client was closed/i.test(
      error.message,
    )
  )
    return true;
  if (error instanceof AggregateError && error.errors.some(isConnectionTrouble)) return true;
  return error.cause !== undefined && isConnectionTrouble(error.cause);
}
