import { startBroker, stopBroker } from './broker.mjs';
import { provideSettings, readSettings } from './cluster-settings.mjs';
import { underLock } from './under-lock.mjs';

/**
 * Starts the cluster that keeps its data in `directory`, or what of it does not run; one broker where none of another number was asked for. Returns once all
 * of them answer. They outlive this process; the same folder keeps their ports and data, so each can be killed and started again.
 */
export async function startCluster(directory, { broker, ...options } = {}) {
  const settings = await underLock(directory, () => provideSettings(directory, options));
  const wanted = chosen(settings, broker);
  const pids = await Promise.all(wanted.map((node) => underLock(node.directory, () => startBroker(settings, node))));
  const nodes = wanted.map(({ id, address, advertised }, at) => ({ id, pid: pids[at], address, advertised }));
  return { brokers: settings.nodes.map(({ advertised }) => advertised).join(','), nodes, secured: settings.secured };
}

/** Ends the brokers of a folder, or one of them, by `signal`, and waits until they are gone. */
export async function stopCluster(directory, { broker, signal = 'SIGTERM' } = {}) {
  const settings = readSettings(directory);
  if (settings !== undefined)
    await Promise.all(chosen(settings, broker).map((node) => underLock(node.directory, () => stopBroker(node.directory, signal))));
}

const chosen = ({ nodes }, id) => nodes.filter((node) => id === undefined || node.id === id);
