import type { CatalogueReader } from '@mammoline/catalogue';
import type { Terminal } from '../terminal/terminal.ts';
import { countDeadLetters } from './count-dead-letters.ts';

/** Tells of dead letters, where there are any: work that could not be done is never silent. */
export async function sayDeadLetters(terminal: Terminal, catalogue: Pick<CatalogueReader, 'deadLetters'>): Promise<void> {
  const count = await countDeadLetters(catalogue);
  if (count > 0) terminal.say(`${String(count)} ${count === 1 ? 'event' : 'events'} could not be processed; see "mammoline dead-letters"`);
}
