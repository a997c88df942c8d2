import type { CardTable, ModelCard } from './model-card.ts';

export function cardToMarkdown({ title, sections }: ModelCard): string {
  const parts = sections.flatMap(({ heading, paragraphs, table }) => [
    `## ${escapeText(heading)}`,
    ...paragraphs.map(escapeText),
    ...(table === undefined ? [] : [tableToMarkdown(table)]),
  ]);
  return `${[`# ${escapeText(title)}`, ...parts].join('\n\n')}\n`;
}

function tableToMarkdown({ header, rows }: CardTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeText).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What Markdown would take for markup or the end of a cell. */
const escapeText = (text: string): string => text.replaceAll(/[\\`*_[\]<>|]/g, '\\$&').replaceAll('\n', ' ');
