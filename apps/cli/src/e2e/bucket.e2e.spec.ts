import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { openBlobStore } from '@mammoline/blobs';
import { openCatalogue, type Catalogue } from '@mammoline/catalogue';
import { predictionV1 } from '@mammoline/contracts';
import { decodeMaskPng } from '@mammoline/imaging';
import { newUuid, Scope, sha256Of } from '@mammoline/kernel';
import { createNetwork, openBackend, readWeights, serializeWeights } from '@mammoline/segmentation';
import { createTestDatabase, startService, startTestKafka, startTestObjectStore, stopTestKafka, whyNoKafka } from '@mammoline/testing';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mammogramFolders, onlyFileIn } from './grey-mammogram.fixture.ts';
import { smallTree } from './small-tree.fixture.ts';

const limitMs = 600_000;
const topic = 'scans-bucket-events';
const page = { pageSize: 10, pageToken: undefined };
const program = (service: string): string => join(import.meta.dirname, '../../..', service, 'src/main.ts');

const server = whyNoKafka() === undefined ? await startTestObjectStore() : undefined;
const why = whyNoKafka() ?? (server === undefined ? "skipped, since SeaweedFS can't be had" : undefined);

describe.skipIf(why !== undefined)(`a bucket that tells of its objects${why === undefined ? '' : `: ${why}`}`, { timeout: limitMs }, () => {
  const scope = new Scope();
  const environment = server?.environment ?? {};
  const endpoint = server?.endpoint ?? '';
  const peer = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
  let directory: string;
  let catalogue: Catalogue;
  let producer: Producer;
  let bucket: string;
  let blobsUrl: string;

  beforeAll(async () => {
    Object.assign(process.env, environment);
    scope.add('object store', server, (it) => it?.stop());
    directory = scope.add('directory', await mkdtemp(join(tmpdir(), 'bucket-')), (it) => rm(it, { recursive: true, force: true }));
    const { brokers } = await startTestKafka(join(directory, 'kafka'));
    scope.add('Kafka', join(directory, 'kafka'), (it) => stopTestKafka(it));
    const database = scope.add('database', await createTestDatabase(), (it) => it.drop());
    catalogue = scope.add('catalogue', await openCatalogue({ url: database.url }), (it) => it.close());
    bucket = (await server?.createBucket()) ?? '';
    blobsUrl = `s3://${(await server?.createBucket()) ?? ''}?endpoint=${endpoint}&pathStyle=true`;
    await publishChampion(catalogue, blobsUrl);
    const line = {
      ...environment,
      MAMMOLINE_TRANSPORT: 'kafka',
      MAMMOLINE_KAFKA_BROKERS: brokers,
      MAMMOLINE_BLOBS_URL: blobsUrl,
      MAMMOLINE_BUCKET_EVENTS_TOPIC: topic,
      MAMMOLINE_BACKEND: 'wasm',
      MAMMOLINE_ENGINE: 'tensorflow',
    };
    for (const name of ['ingestor', 'restructurer', 'preprocessor', 'predictor']) {
      // Nobody calls any of them: the definition is only for the client.
      const options = { postgresUrl: database.url, directory, name, environment: line };
      scope.add(name, await startService(program(name), predictionV1.PredictionServiceDefinition, options), (it) => it.stop());
    }
    const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
    producer = scope.add('producer', kafka.producer(), (it) => it.disconnect());
    await producer.connect();
  }, limitMs);
  afterAll(() => scope.close(), limitMs);

  /** What a bucket that is set up for it sends to Kafka on a PUT. SeaweedFS has no such notifications, so the spec sends them in its place. */
  const notify = async (key: string): Promise<void> => {
    const object = { key: encodeURIComponent(key).replaceAll('%20', '+'), size: 1, eTag: 'x', sequencer: '1' };
    const record = { eventVersion: '2.1', eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: { bucket: { name: bucket }, object } };
    await producer.send({ topic, messages: [{ key, value: JSON.stringify({ Records: [record] }) }] });
  };
  const put = (key: string, bytes: Uint8Array): Promise<unknown> =>
    peer.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));

  it('predicts a mammogram that is put into it, with no call to anything, and gives up what is no notification', async () => {
    await producer.send({ topic, messages: [{ value: JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent' }) }, { value: '{' }] });
    const tree = await smallTree(join(directory, 'tree'));
    const [folder = ''] = mammogramFolders(tree.directory);
    const file = onlyFileIn(folder);
    const bytes = await readFile(file);
    const key = `new scans/${relative(tree.directory, file)}`;
    await put(key, bytes);
    await put('new scans/notes.txt', new TextEncoder().encode('no image'));
    await Promise.all([key, 'new scans/notes.txt', key].map(notify));

    const prediction = await vi.waitFor(
      async () => (await catalogue.listPredictions({}, page)).rows[0] ?? expect.unreachable('no prediction yet'),
      { timeout: limitMs / 2, interval: 200 },
    );
    const mask = await decodeMaskPng(await (await openBlobStore(blobsUrl)).get(prediction.mask));
    expect(mask).toMatchObject({ rows: prediction.rows, columns: prediction.columns });
    expect((await catalogue.dicomFile(sha256Of(bytes)))?.uri).toMatch(new RegExp(`^s3://${bucket}/new%20scans/`));
    expect(await catalogue.importTotals()).toEqual({ found: 1, stored: 1, duplicates: 0, rejected: 0 });
    const { rows } = await catalogue.deadLetters(page);
    expect(rows).toMatchObject([{ stage: 'ingestor.buckets', topic, errorKind: 'invalid' }]);
  });
});

/** A network that has learnt nothing: what it sees is noise, which is enough to be a prediction. */
async function publishChampion(catalogue: Catalogue, blobsUrl: string): Promise<void> {
  const backend = await openBackend('wasm');
  const network = createNetwork(backend, 'unet-compact', { seed: 1 });
  const blobs = await openBlobStore(blobsUrl);
  const weights = await blobs.put(
    serializeWeights({ network: 'unet-compact', imageSize: 32, threshold: 0.5, weights: await readWeights(network) }),
  );
  network.dispose();
  const [id, runId, hash] = [newUuid(), newUuid(), sha256Of('split')];
  await catalogue.transaction(async (tx) => {
    await tx.saveSplit({ hash, kind: 'patient', seed: 1, abnormalityKind: undefined, training: [], validation: [], test: [] });
    await tx.insertTrainingRun({ id: runId, options: {}, splitHash: hash });
    await tx.insertModelVersion({
      id,
      runId,
      network: 'unet-compact',
      imageSize: 32,
      abnormalityKind: undefined,
      parameters: 1,
      backend: 'none',
      weights,
      splitHash: hash,
      recipeHash: sha256Of('recipe'),
      bestEpoch: 1,
      validationDice: 0.5,
      threshold: 0.5,
      smallestAreaShare: 0,
    });
    await tx.promoteModel('champion', id);
  });
}
