/** Begins a statement that gets no name: one plan for all times would be a bad one. */
export const plannedEachTime = '/* planned each time */';

/**
 * Names for statements, so that Postgres parses and plans each once a connection and not each time: a third of its work for the short ones.
 * The number is bounded, since each is kept by each connection: lists of many lengths make statements without end, and what comes late goes unnamed.
 */
export function nameStatements(limit = 300): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= limit || sql.includes(plannedEachTime)) return '';
    const name = `s${String(names.size)}`;
    names.set(sql, name);
    return name;
  };
}
