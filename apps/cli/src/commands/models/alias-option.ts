import { modelAliases, type ModelAlias } from '@mammoline/kernel';
import { Option } from 'commander';

export interface AliasFlags {
  readonly alias: ModelAlias;
}

export const aliasOption = (): Option => new Option('--alias <alias>', 'which alias moves').choices([...modelAliases]).default('champion');
