import { z } from 'zod';

export const hostAndPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:]+):\d{1,5}$/, 'expected host:port, e.g. 127.0.0.1:0 for any free port');

/** Whether an address of this form can be reached from this machine alone. */
export const isLoopback = (address: string): boolean => /^(127\.|localhost:|\[::1\]:)/.test(address);
