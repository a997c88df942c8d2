import { describeError } from '@mammoline/kernel';
import { createLog } from './create-log.ts';
import { parseConfig } from './runtime-config.ts';
import type { ServiceDefinition } from './service.ts';
import { startService } from './start-service.ts';

/** What a service's process exits with. 78 is sysexits' EX_CONFIG. */
export const exitCodes = { stopped: 0, failed: 1, badConfiguration: 78 } as const;

/** Time beyond the grace time after which a stop that hangs is cut off. */
const stopReserveMs = 10_000;

/**
 * The whole life of a service's process: environment, start, work, SIGTERM or SIGINT, stop, exit. Called once, by main.ts, as its only statement.
 * A service with a job stops when that has ended. A second signal exits at once. A consumer or worker that can't go on stops the service with exit code 1, so that its supervisor starts it again.
 */
export async function runService<Config>(definition: ServiceDefinition<Config>): Promise<void> {
  const config = readConfig(definition);
  const log = createLog(definition.name, config.runtime, process.env);
  const stop = Promise.withResolvers<number | 'asked'>();
  let asked = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked) {
        log.warn({ signal }, 'asked again: exiting at once');
        process.exit(exitCodes.failed);
      }
      asked = true;
      log.info({ signal }, 'asked to stop');
      stop.resolve('asked');
    });
  }
  const onFatal = (error: unknown): void => {
    log.fatal({ err: error }, `${definition.name} can't go on: ${describeError(error)}`);
    stop.resolve(exitCodes.failed);
  };
  process.on('uncaughtException', onFatal);

  let exitCode: number;
  try {
    const onJobDone = (outcome: 'succeeded' | 'failed'): void => {
      stop.resolve(outcome === 'succeeded' ? exitCodes.stopped : exitCodes.failed);
    };
    const service = await startService({ definition, config, log, onFatal, onJobDone });
    const why = await stop.promise;
    // A job that was interrupted is not done: whoever watches it must start it again.
    exitCode = why !== 'asked' ? why : service.hasJob ? exitCodes.failed : exitCodes.stopped;
    setTimeout(() => {
      log.error('the stop took too long: exiting');
      process.exit(exitCodes.failed);
    }, config.runtime.MAMMOLINE_GRACE_MS + stopReserveMs).unref();
    await service.stop();
    log.info('stopped');
  } catch (error) {
    log.fatal({ err: error }, `${definition.name} failed: ${describeError(error)}`);
    exitCode = exitCodes.failed;
  }
  // Explicit: a handler that outlived its grace time may still hold the event loop.
  process.exit(exitCode);
}

function readConfig<Config>(definition: ServiceDefinition<Config>): ReturnType<typeof parseConfig<Config>> {
  try {
    return parseConfig(process.env, definition.config);
  } catch (error) {
    console.error(`${definition.name}: ${describeError(error)}`);
    process.exit(exitCodes.badConfiguration);
  }
}
