/** Prisma's command line reads the engine's log from its standard error, one JSON object a line, and takes errors from it. */
export function writeEngineLog(level, message, fields = {}) {
  const line = { timestamp: new Date().toISOString(), level, fields: { message, ...fields }, target: 'schema_engine::logger' };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
