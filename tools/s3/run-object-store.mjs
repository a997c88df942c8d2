#!/usr/bin/env node
// An S3 server for tests: `run-object-store.mjs DIRECTORY ACCESS_KEY_ID SECRET_ACCESS_KEY`. Prints one line of JSON: {"endpoint", "pid"} when it is ready, {"missing"} where
// its program can't be had. It ends with its standard input, so that a test process that is killed leaves no server behind.
import { rmSync } from 'node:fs';
import { freePorts } from '../workspace/free-ports.mjs';
import { provideSeaweedfs } from './provide-seaweedfs.mjs';
import { leftSockets, portCount, startSeaweedfs } from './start-seaweedfs.mjs';

const [directory, accessKeyId, secretAccessKey] = process.argv.slice(2);

const missing = await provideSeaweedfs().then(
  () => undefined,
  (error) => error.message,
);
if (missing === undefined) {
  const ports = await freePorts(portCount);
  const { endpoint, pid } = await startSeaweedfs({ directory, credentials: { accessKeyId, secretAccessKey }, ports });
  console.log(JSON.stringify({ endpoint, pid }));
  await new Promise((resolve) => process.stdin.on('end', resolve).on('error', resolve).resume());
  try {
    process.kill(pid, 'SIGKILL'); // Its data are thrown away: no need to wait for its farewells.
  } catch {
    // The spec has killed it.
  }
  for (const socket of leftSockets(ports)) rmSync(socket, { force: true });
} else console.log(JSON.stringify({ missing }));
process.exit();
