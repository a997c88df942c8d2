import { openBars } from './progress-bars.ts';
import { openPlainProgress } from './plain-progress.ts';

/** How far a piece of work is. */
export interface ProgressStep {
  readonly done: number;
  /** Undefined while nobody knows. */
  readonly total: number | undefined;
  /** A few words beside it. */
  readonly note?: string;
}

/** Shows several named pieces of work at once. */
export interface ProgressDisplay {
  update(name: string, step: ProgressStep): void;
  /** Leaves the last state on the screen and ends. */
  close(): void;
}

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
