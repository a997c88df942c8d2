#!/usr/bin/env node
// node tools/clients.mjs grpcurl|python [--cached]: what the examples of clients are tested with and setup does not fetch, into .cache. Prints where it is.
//   grpcurl   the program, built by Go (minutes)
//   python    grpcio and grpcio-tools of PyPI, a folder for PYTHONPATH
//   --cached  fetches nothing: prints an empty line where it is not there
import { parseArgs } from 'node:util';
import { cachedGrpcurl, provideGrpcurl } from './clients/provide-grpcurl.mjs';
import { cachedPythonGrpc, providePythonGrpc } from './clients/provide-python.mjs';
import { reportFailure } from './setup/report-failure.mjs';

const tools = {
  grpcurl: { cached: cachedGrpcurl, provide: provideGrpcurl },
  python: { cached: cachedPythonGrpc, provide: providePythonGrpc },
};

const { positionals, values } = parseArgs({ allowPositionals: true, options: { cached: { type: 'boolean', default: false } } });
const tool = tools[positionals[0] ?? ''];
if (tool === undefined) {
  console.error('usage: node tools/clients.mjs grpcurl|python [--cached]');
  process.exitCode = 2;
} else {
  try {
    console.log(values.cached ? (tool.cached() ?? '') : await tool.provide());
  } catch (error) {
    reportFailure(error);
    process.exitCode = 1;
  }
}
