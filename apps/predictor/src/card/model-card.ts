/** A document about one model version, whatever it is written as. */
export interface ModelCard {
  readonly title: string;
  readonly sections: readonly CardSection[];
}

/** Paragraphs, then a table. */
export interface CardSection {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly table?: CardTable | undefined;
}

export interface CardTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
