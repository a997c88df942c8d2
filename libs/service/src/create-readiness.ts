import { describeError, unavailable } from '@mammoline/kernel';
import { withinTime } from './within-time.ts';

/** A disk that hangs has no time limit of its own; the pings of the others end before. */
const partLimitMs = 5000;

/**
 * Asks every part that a service can't work without. However many ask at a time, there is one check.
 * @param onAnswer told of each part, each time
 * @throws Failure unavailable naming each part that does not answer
 */
export function createReadiness(
  parts: Readonly<Record<string, () => Promise<void>>>,
  onAnswer: (part: string, isReady: boolean) => void,
): () => Promise<void> {
  const never = new AbortController().signal;
  const check = async (): Promise<void> => {
    const answers = await Promise.all(
      Object.entries(parts).map(async ([part, ping]) => {
        const away = await withinTime(partLimitMs, 'it', never, ping).then(
          () => undefined,
          (error: unknown) => `${part}: ${describeError(error)}`,
        );
        onAnswer(part, away === undefined);
        return away;
      }),
    );
    const away = answers.filter((answer) => answer !== undefined);
    if (away.length > 0) throw unavailable(`not ready: ${away.join('; ')}`);
  };
  let running: Promise<void> | undefined;
  return () =>
    (running ??= check().finally(() => {
      running = undefined;
    }));
}
