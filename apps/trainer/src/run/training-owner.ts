import { hostname } from 'node:os';
import { newUuid } from '@mammoline/kernel';

/** Names this process as the holder of leases. */
export const trainingOwner = (): string => `${hostname()}:${String(process.pid)}:${newUuid()}`;
