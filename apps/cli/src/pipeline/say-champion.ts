import type { CatalogueReader } from '@mammoline/catalogue';
import type { Terminal } from '../terminal/terminal.ts';

/** A new model version answers nothing until it is promoted, but for the first: says so. */
export async function sayChampion(
  terminal: Pick<Terminal, 'say'>,
  catalogue: Pick<CatalogueReader, 'modelOfAlias'>,
  modelVersionId: string,
): Promise<void> {
  const champion = await catalogue.modelOfAlias('champion');
  if (champion === undefined || champion.id === modelVersionId) return;
  terminal.say(
    `the champion is still ${champion.id}; look at "mammoline models compare champion ${modelVersionId}", then "mammoline models promote ${modelVersionId}"`,
  );
}
