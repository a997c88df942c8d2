import type { ModelVersionRecord } from '@mammoline/catalogue';
import { newUuid, sha256Of, type Sha256 } from '@mammoline/kernel';
import { createNetwork, openBackend, readWeights, serializeEnsemble, serializeWeights } from '@mammoline/segmentation';
import { expect, test } from 'vitest';
import { exportVersion } from './export-version.ts';

const never = new AbortController().signal;

test('an ensemble is exported as its members, each as it is by itself, and how to put them together', async () => {
  const stored = new Map<Sha256, Uint8Array>();
  const put = (bytes: Uint8Array) => {
    stored.set(sha256Of(bytes), bytes);
    return { sha256: sha256Of(bytes), sizeBytes: bytes.length, uri: 'cas:' };
  };
  const blobs = { get: ({ sha256 }: { readonly sha256: Sha256 }) => Promise.resolve(stored.get(sha256) ?? expect.unreachable(sha256)) };
  const backend = await openBackend('auto');
  const memberOf = async (seed: number) => {
    const network = createNetwork(backend, 'unet-compact', { seed });
    const file = serializeWeights({ network: 'unet-compact', imageSize: 32, threshold: 0.5, weights: await readWeights(network) });
    network.dispose();
    return { id: newUuid(), weights: put(file) };
  };
  const versionOf = (known: Partial<ModelVersionRecord>): ModelVersionRecord => {
    const version: Partial<ModelVersionRecord> = { memberIds: [], threshold: 0.5, smallestAreaShare: 0, ...known };
    return version as ModelVersionRecord;
  };
  const members = [await memberOf(1), await memberOf(2)].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const weights = put(serializeEnsemble({ members, flips: 'across', sizes: [1, 0.5] }));
  const ids = members.map(({ id }) => id);
  const ensemble = versionOf({ weights, memberIds: ids, threshold: 0.35, smallestAreaShare: 0.001, abstainAbove: 0.2 });
  const files = await exportVersion(ensemble, 'onnx', blobs, never);
  expect(Object.keys(files)).toEqual([...ids.map((id) => `${id}/model.onnx`), 'ensemble.json']);
  for (const member of members) {
    const alone = await exportVersion(versionOf(member), 'onnx', blobs, never);
    expect(Buffer.from(files[`${member.id}/model.onnx`] ?? []).equals(alone['model.onnx'] ?? new Uint8Array())).toBe(true);
  }
  expect(JSON.parse(Buffer.from(files['ensemble.json'] ?? []).toString())).toEqual({
    members: ids,
    flips: 'across',
    sizes: [1, 0.5],
    threshold: 0.35,
    smallestAreaShare: 0.001,
    abstainAbove: 0.2,
  });
});
