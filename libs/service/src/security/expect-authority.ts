import { X509Certificate } from 'node:crypto';
import { toFailure } from '@mammoline/kernel';

/** OpenSSL takes a file of authorities without any for an empty one: nobody would be trusted, and nothing said. @throws Failure invalid naming the variable */
export function expectAuthority(variable: string, pem: Buffer): void {
  try {
    new X509Certificate(pem);
  } catch (error) {
    throw toFailure(error, 'invalid', `${variable}: expected the PEM of certificates`);
  }
}
