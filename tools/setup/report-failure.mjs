import { CommandError } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';

/** Prints a failure for a person and sets the exit code. The stack is only shown for what nobody foresaw. */
export function reportFailure(error) {
  if (error instanceof SetupError) console.error(`\n${error.message}\nTo mend it: ${error.mend}`);
  else console.error(error instanceof CommandError ? `\n${error.message}` : error);
  process.exitCode = 1;
}
