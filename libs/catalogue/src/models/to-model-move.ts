import { bug, modelAliases, parseUuid, type ModelAlias } from '@mammoline/kernel';
import type { ModelMove } from '../gen/client.ts';
import type { ModelMoveRecord, MoveCause } from '../records.ts';

const causes: readonly MoveCause[] = ['FIRST', 'PROMOTE', 'ROLLBACK'];

export function toModelMove(row: ModelMove): ModelMoveRecord {
  const cause = causes.find((known) => known === row.cause);
  if (cause === undefined) throw bug(`the catalogue holds a move of the cause ${row.cause}, expected one of ${causes.join(', ')}`);
  return {
    position: row.position,
    alias: toModelAlias(row.alias),
    cause,
    from: row.fromId === null ? undefined : parseUuid(row.fromId),
    to: parseUuid(row.toId),
    movedAt: row.movedAt,
  };
}

export function toModelAlias(text: string): ModelAlias {
  const alias = modelAliases.find((known) => known === text);
  if (alias === undefined) throw bug(`the catalogue holds the alias ${text}, expected one of ${modelAliases.join(', ')}`);
  return alias;
}
