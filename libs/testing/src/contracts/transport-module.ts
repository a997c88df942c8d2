import type { Transport } from '@mammoline/messaging';

/** What a transport gives the contract suite so that a process of its own can open it. */
export interface TransportModule {
  readonly openTransport: (target: string) => Promise<Transport>;
}

export const isTransportModule = (module: unknown): module is TransportModule =>
  typeof module === 'object' && module !== null && 'openTransport' in module && typeof module.openTransport === 'function';
