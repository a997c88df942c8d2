import { done, skip, type Stage } from '@mammoline/service';
import type { CreatedObject } from './bucket-notifications.ts';

export interface BucketPorts {
  /** Imports an object; one that is known, or is no DICOM file, is no error. */
  readonly importObject: (object: CreatedObject) => Promise<void>;
}

/** A bucket's notification -> dicom.received for each new content. */
export const takeBucketNotification: Stage<readonly CreatedObject[], BucketPorts> = async (objects, { importObject }) => {
  if (objects.length === 0) return skip('tells of no new object');
  await Promise.all(objects.map(importObject));
  return done({});
};
