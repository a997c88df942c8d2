const companionExtensions = new Set(['.csv', '.tsv', '.json', '.txt', '.md', '.html', '.htm', '.xml', '.pdf', '.xls', '.xlsx', '.log']);

/**
 * Whether a file's name says that it accompanies images: a table, a document, a hidden file, what a file manager leaves.
 * Such a file that holds no DICOM is left out of the accounts; the log tells it.
 */
export function isCompanionName(fileName: string): boolean {
  const name = fileName.toLowerCase();
  const dot = name.lastIndexOf('.');
  return name.startsWith('.') || name === 'thumbs.db' || name === 'desktop.ini' || (dot > 0 && companionExtensions.has(name.slice(dot)));
}
