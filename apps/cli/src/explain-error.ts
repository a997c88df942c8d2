import { describeError } from '@mammoline/kernel';
import { maskUrls } from '@mammoline/service';
import { ClientError } from 'nice-grpc';

/** One clear line; verbose: the causes and the stack too. Without the passwords of URLs, which foreign errors repeat. */
export function explainError(error: unknown, isVerbose: boolean): string {
  const line = error instanceof ClientError ? error.details : error instanceof Error ? error.message : String(error);
  const first = line.split('\n')[0] ?? line;
  if (!isVerbose) return maskUrls(first);
  return maskUrls([describeError(error), error instanceof Error ? (error.stack ?? '') : ''].join('\n'));
}
