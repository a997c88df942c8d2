import { resolve } from 'node:path';
import { s3AddressStart } from '@mammoline/blobs';

export const isInBucket = (directory: string): boolean => directory.startsWith(s3AddressStart);

/** As the services see it, wherever they run on this machine. */
export const absoluteSource = (directory: string): string => (isInBucket(directory) ? directory : resolve(directory));
