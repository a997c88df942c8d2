import { parseSha256, parseUuid } from '@mammoline/kernel';
import { orUndefined, toBlobRef } from '../database/columns.ts';
import type { Prisma } from '../gen/client.ts';
import type { ModelVersionRecord } from '../records.ts';
import { toModelAlias } from './to-model-move.ts';

/** What a model version is read with. */
export const withRunAndAliases = {
  run: { select: { splitHash: true } },
  aliases: { orderBy: { alias: 'asc' } },
} satisfies Prisma.ModelVersionInclude;

export function toModel(row: Prisma.ModelVersionGetPayload<{ include: typeof withRunAndAliases }>): ModelVersionRecord {
  return {
    id: parseUuid(row.id),
    runId: parseUuid(row.runId),
    network: row.network,
    imageSize: row.imageSize,
    abnormalityKind: orUndefined(row.abnormalityKind),
    parameters: Number(row.parameters),
    backend: row.backend,
    weights: toBlobRef({ sha256: row.weightsSha256, sizeBytes: row.weightsSizeBytes, uri: row.weightsUri }),
    splitHash: parseSha256(row.run.splitHash),
    recipeHash: parseSha256(row.recipeHash),
    bestEpoch: row.bestEpoch,
    validationDice: row.validationDice,
    threshold: row.threshold,
    smallestAreaShare: row.smallestAreaShare,
    memberIds: row.memberIds.map((id) => parseUuid(id)),
    abstainAbove: orUndefined(row.abstainAbove),
    createdAt: row.createdAt,
    aliases: row.aliases.map(({ alias }) => toModelAlias(alias)),
  };
}
