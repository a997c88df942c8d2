import { runCommand } from '../../workspace/run-command.mjs';

// tfjs-node calls util.isNullOrUndefined, which Node 23 took away.
const program = `
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  const tf = require('@tensorflow/tfjs-node-gpu');
  if (tf.tensor([1, 2]).sum().dataSync()[0] !== 3) throw new Error('1 + 2 is not 3');
`;

/** Loads tfjs-node in a process of its own and computes something; throws where it does not load (another CPU, another glibc). */
export async function tryAddon() {
  await runCommand(['node', '-e', program], { timeoutMs: 120_000 });
}
