import { defaultDicomLimits, writeDicom } from '@mammoline/dicom';
import { decodeMaskPng, decodePng, encodeMaskPng, preparationRecipe, resizeMaskToNetwork, resizeToNetwork } from '@mammoline/imaging';
import { drawBreast } from '@mammoline/testing';
import { afterAll, expect, test } from 'vitest';
import { openPixelWorkers } from './open-pixel-workers.ts';

const recipe = preparationRecipe;
const never = new AbortController().signal;

const breast = drawBreast(0);
const { rows, columns } = breast;
const uids = { sopInstanceUid: '1.2.1', seriesInstanceUid: '1.2.2', studyInstanceUid: '1.2.3' };
const dicom = writeDicom({ ...breast, ...uids, patientId: 'P_00006' });
/** The bytes are handed over: each piece of work gets its own. */
const load = async () => ({ dicom: new Uint8Array(dicom), maskPng: undefined, recipe });

const pixels = openPixelWorkers(2);
afterAll(() => pixels.close());

test('bytes are handed over, not copied, but for those that share their buffer', async () => {
  const input = await load();
  await pixels.run('mammogram', async () => input, never);
  expect(input.dicom.byteLength).toBe(0);
  const shared = new Uint8Array(40 + dicom.byteLength);
  shared.set(dicom, 40);
  await pixels.run('mammogram', async () => ({ ...input, dicom: shared.subarray(40) }), never);
  expect(shared.byteLength).toBeGreaterThan(40);
});

test('what the recipe says is made: the network’s input alone, or the full size too, of which the former is made', async () => {
  const mask = { rows, columns, data: Uint8Array.from({ length: rows * columns }, (_, at) => Number(at % columns > 300 && at < 200_000)) };
  const maskPng = await encodeMaskPng(mask);
  const input = async () => ({ ...(await load()), maskPng: new Uint8Array(maskPng) });
  const alone = await pixels.run('mammogram', input, never);
  expect(alone).toMatchObject({ fullImagePng: undefined, fullMaskPng: undefined });
  const both = await pixels.run('mammogram', async () => ({ ...(await input()), recipe: { ...recipe, fullSize: true } }), never);
  const [fullImage, fullMask] = [both.fullImagePng ?? expect.unreachable('no image'), both.fullMaskPng ?? expect.unreachable('no mask')];
  expect(Buffer.compare(both.imagePng, alone.imagePng)).toBe(0);
  expect(both.maskPng).toEqual(alone.maskPng);
  const full = await decodePng(fullImage);
  expect([full.rows, full.columns]).toEqual([both.geometry.paddedSidePx, both.geometry.paddedSidePx]);
  expect(await decodePng(both.imagePng)).toEqual(resizeToNetwork(full, both.geometry));
  expect(await decodeMaskPng(both.maskPng ?? fullMask)).toEqual(resizeMaskToNetwork(await decodeMaskPng(fullMask), both.geometry));
});

test('no more is loaded than the threads have work for: the next comes in when one goes out', async () => {
  const one = openPixelWorkers(1);
  expect(one.atOnce).toBe(2);
  let [loaded, finished, most] = [0, 0, 0];
  const work = Array.from({ length: 8 }, async () => {
    await one.run(
      'mammogram',
      async () => {
        loaded += 1;
        most = Math.max(most, loaded - finished);
        return load();
      },
      never,
    );
    finished += 1;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(loaded).toBe(2);
  await Promise.all(work);
  expect({ loaded, most }).toEqual({ loaded: 8, most: 2 });
  await one.close();
});

test('what can not be loaded gives its turn to the next', async () => {
  const one = openPixelWorkers(1);
  const fails = [1, 2, 3].map(() => one.run('mammogram', () => Promise.reject(new Error('gone')), never));
  for (const fail of fails) await expect(fail).rejects.toThrow('gone');
  expect((await one.run('mammogram', load, never)).geometry.isFlipped).toBe(true);
  await one.close();
});

test('the event loop goes on meanwhile', async () => {
  let beats = 0;
  const heart = setInterval(() => {
    beats += 1;
  }, 1);
  await Promise.all([1, 2, 3].map(() => pixels.run('mammogram', load, never)));
  clearInterval(heart);
  expect(beats).toBeGreaterThan(10);
});

test('an abort ends the work that runs and the work that waits; the threads serve again after it', async () => {
  const one = openPixelWorkers(1);
  const stop = new AbortController();
  const runs = [1, 2, 3].map(() => one.run('mammogram', load, stop.signal));
  stop.abort(new Error('told to stop'));
  await Promise.all(runs.map((run) => expect(run).rejects.toThrow('told to stop')));
  expect((await one.run('mammogram', load, never)).geometry.isFlipped).toBe(true);
  const input = await load();
  const ended = expect(one.run('mammogram', async () => input, never)).rejects.toMatchObject({ kind: 'unavailable' });
  // Once the thread has it: its bytes are handed over. A fixed time would let a fast machine finish it.
  while (input.dicom.byteLength > 0) await new Promise((resolve) => setImmediate(resolve));
  await one.close();
  await ended;
});

test('the limits that a service was told hold in its threads', async () => {
  const uids = { sopInstanceUid: '1.2.3.4', seriesInstanceUid: '1.2.3', studyInstanceUid: '1.2', patientId: 'P_00001' };
  const data = Uint16Array.from({ length: 64 * 64 }, (_, at) => at);
  const outcome = async (maxPixels: number): Promise<string> => {
    const pixels = openPixelWorkers(1, { ...defaultDicomLimits, maxPixels });
    try {
      const dicom = writeDicom({ ...uids, rows: 64, columns: 64, data });
      await pixels.run('crop', async () => ({ dicom, recipe }), never);
      return 'prepared';
    } catch (error) {
      return String(error);
    } finally {
      await pixels.close();
    }
  };
  expect(await outcome(64 * 64)).toBe('prepared');
  expect(await outcome(64 * 64 - 1)).toMatch(/found an image too large .*expected at most 4095 pixels/);
});
