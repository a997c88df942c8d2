/** Running totals of an import. found = stored + duplicates + rejected, always. */
export interface RunningTotals {
  readonly found: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Of these, taken by an earlier import, under the same path with the same content. */
  readonly unchanged: number;
  /** Tables, documents and hidden files: not counted above. */
  readonly ignored: number;
  readonly bytesRead: number;
}

export const noTotals: RunningTotals = { found: 0, stored: 0, duplicates: 0, rejected: 0, unchanged: 0, ignored: 0, bytesRead: 0 };
