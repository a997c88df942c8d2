import { openBars } from './progress-bars.ts';
import { openPlainProgress } from './plain-progress.ts';
import type { ProgressDisplay } from './progress.ts';

/** Results go to stdout, everything about the way there to stderr. */
export interface Terminal {
  /** A result. */
  readonly print: (text: string) => void;
  /** What is going on. */
  readonly say: (text: string) => void;
  readonly progress: () => ProgressDisplay;
}

export function openTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Terminal {
  return {
    print: (text) => {
      stdout.write(`${text}\n`);
    },
    say: (text) => {
      stderr.write(`${text}\n`);
    },
    progress: () =>
      stderr.isTTY
        ? openBars(stderr)
        : openPlainProgress(
            (line) => {
              stderr.write(`${line}\n`);
            },
            () => Date.now(),
          ),
  };
}
