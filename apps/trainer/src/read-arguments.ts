import { parseArgs } from 'node:util';
import { describeError, invalid, parseUuid, type Uuid } from '@mammoline/kernel';

/**
 * What the trainer is started with: nothing, or `--once RUN`.
 * @param args without the program
 * @throws Failure invalid for anything else
 */
export function readArguments(args: readonly string[]): { readonly once: Uuid | undefined } {
  try {
    const { once } = parseArgs({ args: [...args], options: { once: { type: 'string' } } }).values;
    return { once: once === undefined ? undefined : parseUuid(once, '--once') };
  } catch (error) {
    throw invalid(
      `found the arguments ${args.join(' ')}, expected none, or --once RUN with the id of a training run: ${describeError(error)}`,
      {
        cause: error,
      },
    );
  }
}
