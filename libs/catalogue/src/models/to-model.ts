import { parseSha256, parseUuid } from '@mammoline/kernel';
import { orUndefined, toBlobRef } from '../database/columns.ts';
import type { ModelVersionRecord } from '../records.ts';
import type { ModelRow } from './read-models.ts';
import { toModelAlias } from './to-model-move.ts';

export function toModel(row: ModelRow): ModelVersionRecord {
  return {
    id: parseUuid(row.id),
    runId: parseUuid(row.runId),
    network: row.network,
    imageSize: row.imageSize,
    abnormalityKind: orUndefined(row.abnormalityKind),
    parameters: Number(row.parameters),
    backend: row.backend,
    weights: toBlobRef({ sha256: row.weightsSha256, sizeBytes: row.weightsSizeBytes, uri: row.weightsUri }),
    splitHash: parseSha256(row.splitHash),
    recipeHash: parseSha256(row.recipeHash),
    bestEpoch: row.bestEpoch,
    validationDice: row.validationDice,
    threshold: row.threshold,
    smallestAreaShare: row.smallestAreaShare,
    memberIds: row.memberIds.map((id) => parseUuid(id)),
    abstainAbove: orUndefined(row.abstainAbove),
    createdAt: row.createdAt,
    aliases: row.aliases.map(toModelAlias),
  };
}
