import { createContext, Script } from 'node:vm';
import type { Context } from 'node:vm';
import { invalid } from '@mammoline/kernel';

/**
 * A global object that the work is put on, and the script that starts it, made on first use: a script's time limit is the only thing that stops code
 * which does not come back, loops in WebAssembly included, on its own thread.
 */
let stage: { readonly context: Context; readonly script: Script } | undefined;

/**
 * Runs a function, and stops it where it takes longer. Nothing of it runs after that, no `finally` either.
 * @throws Failure invalid after that time; what the function throws
 */
export function runWithin<Result>(timeoutMs: number, what: string, run: () => Result): Result {
  stage ??= { context: createContext({}), script: new Script('run()') };
  let result: { readonly value: Result } | undefined;
  const { context, script } = stage;
  context['run'] = () => {
    result = { value: run() };
  };
  try {
    script.runInContext(context, { timeout: timeoutMs });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw invalid(`${what} took more than ${String(timeoutMs)} ms; expected less: the file is damaged, or made to keep us busy`);
  } finally {
    context['run'] = undefined;
  }
  if (result === undefined) throw invalid(`${what} did not end`);
  return result.value;
}

const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
