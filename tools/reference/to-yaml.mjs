/** Plain values as YAML in block style. Strings are quoted as in JSON, which YAML reads; prettier drops the quotes' form to the project's. */
export function toYaml(value, indent = '') {
  if (Array.isArray(value)) return value.map((item) => `\n${indent}- ${toYaml(item, `${indent}  `).trimStart()}`).join('');
  if (typeof value !== 'object') return ` ${JSON.stringify(value)}`;
  return Object.entries(value)
    .map(([key, inner]) => `\n${indent}${/^[\w-]+$/.test(key) ? key : JSON.stringify(key)}:${toYaml(inner, `${indent}  `)}`)
    .join('');
}
