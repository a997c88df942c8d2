/** How far a piece of work is. */
export interface ProgressStep {
  readonly done: number;
  /** Undefined while nobody knows. */
  readonly total: number | undefined;
  /** A few words beside it. */
  readonly note?: string;
}

/** Shows several named pieces of work at once. */
export interface ProgressDisplay {
  update(name: string, step: ProgressStep): void;
  /** Leaves the last state on the screen and ends. */
  close(): void;
}
