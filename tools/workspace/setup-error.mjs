/** Something that the user can mend: what was found, and what to do about it. */
export class SetupError extends Error {
  constructor(message, mend, options) {
    super(message, options);
    this.mend = mend;
  }
}
