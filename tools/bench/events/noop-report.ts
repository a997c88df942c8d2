/** What the measured service tells of itself. */
export interface NoopReport {
  readonly handled: number;
  /** Wall clock at the first event. */
  readonly firstMs: number;
  /** From before the insert into the outbox to the handler, of the events since the last report that carry the time. */
  readonly delaysMs: readonly number[];
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
}
