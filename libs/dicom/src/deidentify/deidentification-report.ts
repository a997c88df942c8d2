/** What was done to one attribute of a file, wherever it stood; never its value. */
export interface AttributeChange {
  /** `(0010,0010)`; private attributes are told by group, `(0029,xxxx)`. */
  readonly tag: string;
  readonly name: string;
  /** `pseudonym`: a code, UID or term took its place; `dummy`: a value that says nothing did. */
  readonly done: 'removed' | 'emptied' | 'dummy' | 'pseudonym';
  /** In the data set and all sequences. */
  readonly times: number;
}

/** What de-identification did to a file. */
export interface DeidentificationReport {
  readonly changes: readonly AttributeChange[];
  /** Attributes that are as they were. */
  readonly kept: number;
  /** What the file says of names burnt into its pixels. Anything but NO wants a person's look: pixels are not changed. A file that says YES is not taken. */
  readonly burnedIn: 'NO' | 'unstated';
}

/** Gathers changes, in the order in which attributes were first met. */
export class ReportBuilder {
  readonly #changes = new Map<string, AttributeChange>();
  #kept = 0;

  kept(): void {
    this.#kept += 1;
  }

  changed(tag: string, name: string, done: AttributeChange['done']): void {
    const key = `${tag} ${done}`;
    this.#changes.set(key, { tag, name, done, times: (this.#changes.get(key)?.times ?? 0) + 1 });
  }

  build(burnedIn: DeidentificationReport['burnedIn']): DeidentificationReport {
    return {
      changes: [...this.#changes.values()].sort((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0)),
      kept: this.#kept,
      burnedIn,
    };
  }
}
