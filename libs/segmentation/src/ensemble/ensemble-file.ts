import { invalid, parseSha256, parseUuid, stableJson, type Sha256, type Uuid } from '@mammoline/kernel';
import { z } from 'zod';
import { looksSchema, type Looks } from './looks.ts';

/** What an ensemble is, in place of weights of its own: its hash names the members and how they look. */
export interface EnsembleFile extends Looks {
  readonly members: readonly EnsembleMember[];
}

/** A model version and where its weights lie. */
export interface EnsembleMember {
  readonly id: Uuid;
  readonly weights: { readonly sha256: Sha256; readonly sizeBytes: number; readonly uri: string };
}

const fileSchema = z.object({
  format: z.literal('mammoline-ensemble'),
  version: z.literal('1'),
  ...looksSchema.shape,
  // Files of before there was a choice do not say.
  sizes: looksSchema.shape.sizes.default([1]),
  members: z
    .array(
      z.object({
        id: z.string().transform((text) => parseUuid(text)),
        weights: z.object({
          sha256: z.string().transform((text) => parseSha256(text)),
          sizeBytes: z.int().positive(),
          uri: z.string(),
        }),
      }),
    )
    .min(1),
});

/** The members in the order of their ids: the same ones give the same bytes. */
export function serializeEnsemble({ members, flips, sizes }: EnsembleFile): Uint8Array {
  const sorted = members.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return new TextEncoder().encode(stableJson({ format: 'mammoline-ensemble', version: '1', flips, sizes, members: sorted }));
}

/** @throws Failure invalid for bytes that serializeEnsemble did not write */
export function parseEnsemble(bytes: Uint8Array): EnsembleFile {
  try {
    const { members, flips, sizes } = fileSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return { members, flips, sizes };
  } catch (error) {
    throw invalid('not an ensemble of model versions: its file is damaged', { cause: error });
  }
}
