import { parseUuid, type Uuid } from '@mammoline/kernel';
import { InvalidArgumentError } from 'commander';

/** For commander: an id, as the lists print it. */
export function uuid(text: string): Uuid {
  try {
    return parseUuid(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
