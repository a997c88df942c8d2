/**
 * Which file of its series a name stands for, counted from 0: the tables' `000000.dcm` and `000001.dcm` are the downloader's `1-1.dcm` and
 * `1-2.dcm` (and `1-01.dcm`). Undefined for other names.
 */
export function fileIndex(path: string): number | undefined {
  const name = /([^/\\]+)\.dcm$/i.exec(path)?.[1] ?? '';
  if (/^\d{6}$/.test(name)) return Number(name);
  const number = /^\d+-(\d+)$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number) - 1;
}
