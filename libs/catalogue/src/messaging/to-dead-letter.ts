import { parseUuid } from '@mammoline/kernel';
import { orUndefined } from '../database/columns.ts';
import type { DeadLetter } from '../gen/client.ts';
import type { DeadLetterRecord } from '../records.ts';

export function toDeadLetter(row: DeadLetter): DeadLetterRecord {
  return {
    ...row,
    id: parseUuid(row.id),
    eventId: parseUuid(row.eventId),
    traceparent: orUndefined(row.traceparent),
    replayedAt: orUndefined(row.replayedAt),
  };
}
