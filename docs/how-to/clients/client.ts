// Uploads a mammogram, waits for its prediction, writes the mask:
//   node client.ts INGESTOR PREDICTOR FILE PATIENT MASK.png
// INGESTOR and PREDICTOR are host:port, PATIENT is the code of the file's patient.
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ingestV1, predictionV1 } from '@mammoline/contracts';
import { ChannelCredentials, createChannel, createClientFactory, Metadata } from 'nice-grpc';

const [ingestor = '', predictor = '', file = '', patient = '', mask = ''] = process.argv.slice(2);

// How the services are spoken to: with TLS where an authority is named, with a token where there is one.
const { MAMMOLINE_TLS_CA_FILE: authority, MAMMOLINE_TOKEN_FILE: tokenFile } = process.env;
const credentials = authority === undefined ? ChannelCredentials.createInsecure() : ChannelCredentials.createSsl(await readFile(authority));
const metadata = Metadata(tokenFile === undefined ? {} : { authorization: `Bearer ${(await readFile(tokenFile, 'utf8')).trim()}` });
// A mask is larger than gRPC's own limit may be.
const limits = { 'grpc.max_receive_message_length': 64 * 1024 * 1024 };

const [toIngestor, toPredictor] = [ingestor, predictor].map((address) => createChannel(address, credentials, limits));
if (toIngestor === undefined || toPredictor === undefined) throw new Error('expected two addresses');
const clients = createClientFactory();
const ingest = clients.create(ingestV1.IngestServiceDefinition, toIngestor);
const prediction = clients.create(predictionV1.PredictionServiceDefinition, toPredictor);

/** A header, then chunks of less than 4 MiB. */
async function* parts(): AsyncGenerator<{ part: ingestV1.UploadRequest['part'] }, void, undefined> {
  yield { part: { $case: 'header', value: { fileName: basename(file) } } };
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }))
    yield { part: { $case: 'chunk', value: chunk as Buffer } };
}

async function nextOf(patientCode: string, signal: AbortSignal): Promise<string> {
  for await (const { prediction: completed } of prediction.watchPredictions({}, { metadata, signal }))
    if (completed?.view?.patientCode === patientCode) return completed.id;
  throw new Error(`the watch ended without a prediction of ${patientCode}`);
}

// From now on: before the file goes in.
const over = AbortSignal.timeout(600_000);
const watched = nextOf(patient, over);
await new Promise((resolve) => setTimeout(resolve, 2000));
const { outcome } = await ingest.upload(parts(), { metadata });
console.log(ingestV1.uploadOutcomeToJSON(outcome));
const predictionId = await watched;
const { prediction: got } = await prediction.getPrediction({ predictionId }, { metadata });
await writeFile(mask, got?.maskPng ?? new Uint8Array());
console.log(predictionId);
toIngestor.close();
toPredictor.close();
