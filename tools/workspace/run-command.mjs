import { spawn } from 'node:child_process';
import { workspaceEnvironment } from './environment.mjs';
import { workspaceRoot } from './paths.mjs';

/** A command that could not be started, or ended with another code than 0. */
export class CommandError extends Error {
  constructor(command, code, output, options) {
    const tail = output.trim().split('\n').slice(-15).join('\n');
    super(`${command.join(' ')} ended with ${code}${tail === '' ? '' : `:\n${tail}`}`, options);
    this.code = code;
    this.output = output;
  }
}

/**
 * Runs a command in the workspace and gives back what it printed to standard output.
 * `inherit: true` shows its output instead; `timeoutMs` ends it.
 */
export function runCommand(command, { cwd = workspaceRoot, env = workspaceEnvironment(), inherit = false, timeoutMs } = {}) {
  const [program, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      shell: process.platform === 'win32',
    });
    let stdout = '';
    let both = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      both += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      both += text;
    });
    child.on('error', (cause) => reject(new CommandError(command, cause.code ?? 'an error', cause.message, { cause })));
    child.on('close', (code, signal) => (code === 0 ? resolve(stdout) : reject(new CommandError(command, code ?? signal, both))));
  });
}
