import { describeError } from '@mammoline/kernel';

/**
 * Runs a program to its end and exits with 0 where it says that all was well, else with 1. SIGINT and SIGTERM abort its signal. Its result belongs on standard output; what `say` gets goes to the other, with the time.
 */
export async function runToVerdict(work: (signal: AbortSignal, say: (text: string) => void) => Promise<boolean>): Promise<never> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      interruption.abort(new Error('interrupted'));
    });
  let isGood = false;
  try {
    isGood = await work(interruption.signal, (text) => {
      console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
    });
  } catch (error) {
    console.error(describeError(error));
  }
  // What hangs in a broken connection must not keep the verdict.
  process.exit(isGood ? 0 : 1);
}
