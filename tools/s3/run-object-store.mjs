#!/usr/bin/env node
// An S3 server for tests: `run-object-store.mjs DIRECTORY ACCESS_KEY_ID SECRET_ACCESS_KEY`. Prints one line of JSON: {"endpoint", "pid"} when it is ready, {"missing"} where
// its program can't be had. It ends with its standard input, so that a test process that is killed leaves no server behind.
import { provideSeaweedfs } from './provide-seaweedfs.mjs';
import { startSeaweedfs } from './start-seaweedfs.mjs';

const [directory, accessKeyId, secretAccessKey] = process.argv.slice(2);

const missing = await provideSeaweedfs().then(
  () => undefined,
  (error) => error.message,
);
if (missing === undefined) {
  const server = await startSeaweedfs({ directory, credentials: { accessKeyId, secretAccessKey } });
  console.log(JSON.stringify({ endpoint: server.endpoint, pid: server.pid }));
  await Promise.race([server.exited, new Promise((resolve) => process.stdin.on('end', resolve).on('error', resolve).resume())]);
  await server.stop('SIGKILL'); // Its data are thrown away: no need to wait for its farewells.
} else console.log(JSON.stringify({ missing }));
process.exit();
