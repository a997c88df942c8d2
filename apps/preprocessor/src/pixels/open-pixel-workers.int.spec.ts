import { defaultDicomLimits, writeDicom } from '@mammoline/dicom';
import { preparationRecipe } from '@mammoline/imaging';
import { expect, test } from 'vitest';
import { openPixelWorkers } from './open-pixel-workers.ts';

test('the limits that a service was told hold in its threads', async () => {
  const uids = { sopInstanceUid: '1.2.3.4', seriesInstanceUid: '1.2.3', studyInstanceUid: '1.2', patientId: 'P_00001' };
  const data = Uint16Array.from({ length: 64 * 64 }, (_, at) => at);
  const outcome = async (maxPixels: number): Promise<string> => {
    const pixels = openPixelWorkers(1, { ...defaultDicomLimits, maxPixels });
    try {
      const dicom = writeDicom({ ...uids, rows: 64, columns: 64, data });
      await pixels.run('crop', { dicom, recipe: preparationRecipe }, new AbortController().signal);
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
