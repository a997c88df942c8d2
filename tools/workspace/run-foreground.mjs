import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { workspaceEnvironment } from './environment.mjs';

/**
 * Runs a command as if it were this process: its input, output and errors are ours, signals go to it, and its exit code comes back
 * (128 + n where signal n ended it, 127 where it could not be started).
 */
export function runForeground([program, ...args], env = workspaceEnvironment()) {
  const child = spawn(program, args, { env, stdio: 'inherit', shell: process.platform === 'win32' });
  const forward = (signal) => child.kill(signal);
  // A terminal sends Ctrl-C to both of us; sent on, it would come twice, and twice means "now!" to many programs.
  const forwardInterrupt = (signal) => process.stdin.isTTY !== true && child.kill(signal);
  process.on('SIGTERM', forward).on('SIGHUP', forward).on('SIGINT', forwardInterrupt);
  return new Promise((resolve) => {
    const finish = (code) => {
      process.off('SIGTERM', forward).off('SIGHUP', forward).off('SIGINT', forwardInterrupt);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`${program} could not be started: ${error.message}`);
      finish(127);
    });
    child.on('exit', (code, signal) => finish(code ?? 128 + constants.signals[signal]));
  });
}
