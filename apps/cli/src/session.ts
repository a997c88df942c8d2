import type { Command } from 'commander';
import { workDirectory, type WorkDirectory } from './laptop/work-directory.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What a command gets from the program that runs it. */
export interface Session {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** The directory that `--work` names for this command. */
export function workOf(command: Command): WorkDirectory {
  return workDirectory(command.optsWithGlobals<{ work: string }>().work);
}
