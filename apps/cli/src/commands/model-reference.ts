import { modelAliases } from '@mammoline/kernel';
import { InvalidArgumentError } from 'commander';
import { uuid } from './parse-uuid.ts';

/** For commander: the id of a model version, or an alias that names one. */
export function modelReference(text: string): string {
  if (modelAliases.some((alias) => alias === text)) return text;
  try {
    return uuid(text);
  } catch {
    throw new InvalidArgumentError(`Expected the id of a model version, as "mammoline models" prints it, or ${modelAliases.join(' or ')}.`);
  }
}
