/**
 * Loaded before a service (`node --import`): when the supervisor dies, even by SIGKILL, the channel to it closes and the service stops
 * by the same road as on SIGTERM; where that takes too long it ends at once. The transaction that was under way then never happened.
 */
const graceMs = 15_000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), graceMs).unref();
  process.kill(process.pid, 'SIGTERM');
});
// The channel alone must not keep a service alive that has finished stopping.
process.channel?.unref();
