/** What is wrong with what a pipeline has come to, in a sentence that names the row. */
export interface Finding {
  /**
   * `lost`: an event, a file or a row that should be there is not. `doubled`: something took effect twice. `changed`: a row is not as it should be.
   * `unfinished`: half-written, or waiting. `dead`: an open dead letter.
   */
  readonly kind: 'lost' | 'doubled' | 'changed' | 'unfinished' | 'dead';
  readonly text: string;
}
