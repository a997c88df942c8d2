/** Pictures inside the page, as data URIs. */
export interface PictureWithCaption {
  readonly uri: string;
  readonly caption: string;
}

/** A view three times: whole with both outlines, and its lesions enlarged with the truth and with the prediction. */
export interface ComparedView {
  readonly caption: string;
  readonly whole: string;
  readonly truth: string;
  readonly prediction: string;
}

export interface Pictures {
  readonly samples: readonly PictureWithCaption[];
  readonly best: readonly ComparedView[];
  readonly worst: readonly ComparedView[];
}
