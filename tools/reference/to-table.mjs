/** The events as a page of Markdown. */
export function toTable(events) {
  const rows = events.map(({ topic, summary, fields, key, emittedBy, takenBy }) =>
    [
      `\`${topic}\``,
      summary.replace(/\.$/, ''),
      fields.map(({ name }) => `\`${name}\``).join(', '),
      `\`${key}\``,
      emittedBy.length === 0 ? 'others' : emittedBy.join(', '),
      takenBy.length === 0 ? 'nobody yet' : takenBy.map((stage) => `\`${stage}\``).join(', '),
    ].join(' | '),
  );
  return `# Events

Written by \`npm run docs:events\` from \`proto/\`, \`libs/contracts\` and \`apps/\`; \`npm test\` checks that it is up to date. The same for tools: [asyncapi.yaml](asyncapi.yaml)
(AsyncAPI 3.0). How events travel: [the stage runtime](../runtime.md).

| Topic | Means | Data | Key | Emitted by | Taken by the stages |
| --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join('\n')}

A view's key is \`{patient}_{laterality}_{position}\`, as in \`P_00001_LEFT_CC\`. What a stage gives up is a dead letter, kept in the catalogue.
`;
}
