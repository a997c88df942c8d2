import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';

/** An authority of its own (`ca.pem`), the broker's certificate and key for 127.0.0.1 (`broker.pem`), and a client's (`client.pem`, `client.key`). For tests: keys are not protected. */
export async function makeCertificates(directory) {
  mkdirSync(directory, { recursive: true });
  const file = (name) => path.join(directory, name);
  const newKey = (key) => ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout', key];
  const openssl = (...args) =>
    runCommand(['openssl', ...args]).catch((cause) => {
      throw new SetupError('certificates for a secured Kafka could not be made', 'install openssl', { cause });
    });
  await openssl('req', '-x509', ...newKey(file('ca.key')), '-out', file('ca.pem'), '-days', '3650', '-subj', '/CN=mammoline tests');
  const signed = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-days', '3650'];
  const forBroker = ['-subj', '/CN=broker', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  await openssl('req', '-x509', ...newKey(file('broker.key')), '-out', file('broker.crt'), ...forBroker, ...signed);
  await openssl('req', '-x509', ...newKey(file('client.key')), '-out', file('client.pem'), '-subj', '/CN=client', ...signed);
  writeFileSync(file('broker.pem'), ['broker.key', 'broker.crt', 'ca.pem'].map((name) => readFileSync(file(name), 'utf8')).join(''));
}
