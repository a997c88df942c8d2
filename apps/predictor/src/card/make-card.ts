import type { BlobStore } from '@mammoline/blobs';
import type { CatalogueReader, ModelCardRecord, ModelVersionRecord } from '@mammoline/catalogue';
import { cardToHtml } from './card-to-html.ts';
import { cardToMarkdown } from './card-to-markdown.ts';
import { collectFacts, type CardCatalogue } from './collect-facts.ts';
import { composeCard } from './compose-card.ts';

export interface CardPorts {
  readonly catalogue: CardCatalogue & Pick<CatalogueReader, 'modelCard'>;
  readonly blobs: Pick<BlobStore, 'put'>;
}

export interface MadeCard {
  readonly markdown: string;
  readonly html: string;
  /** Where it lies in the store; undefined where the catalogue has this very card already. */
  readonly stored: ModelCardRecord | undefined;
}

/** The card of a version from what is known now, put into the store where it is not the one that the catalogue has. */
export async function makeCard(model: ModelVersionRecord, { catalogue, blobs }: CardPorts, signal: AbortSignal): Promise<MadeCard> {
  const card = composeCard(await collectFacts(model, catalogue));
  const [markdown, html] = [cardToMarkdown(card), cardToHtml(card)];
  const put = (text: string) => blobs.put(new TextEncoder().encode(text), signal);
  const record = { markdown: await put(markdown), html: await put(html) };
  const before = await catalogue.modelCard(model.id);
  const isThere = before?.markdown.sha256 === record.markdown.sha256 && before.html.sha256 === record.html.sha256;
  return { markdown, html, stored: isThere ? undefined : record };
}
