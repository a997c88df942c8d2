import type { ImageRecord } from '@mammoline/catalogue';
import { Failure, formatCaseName } from '@mammoline/kernel';

/** Runs `work` on a file's pixels; what is wrong with them is told with the case and the file, so that a dead letter says where to look. */
export async function nameFileAtFault<T>(image: Pick<ImageRecord, 'case' | 'sourcePath'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const name = image.case === undefined ? '' : `${formatCaseName(image.case)}, `;
    throw new Failure(error.kind, `${name}${image.sourcePath}: ${error.message}`, { cause: error.cause });
  }
}
