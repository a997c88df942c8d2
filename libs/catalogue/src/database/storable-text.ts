/** Text as Postgres can keep it: NUL and halves of surrogate pairs, which it refuses, become U+FFFD. What could not be recorded would come again for ever. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
