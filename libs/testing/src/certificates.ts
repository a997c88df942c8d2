import { execFile, spawnSync } from 'node:child_process';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why there can be no certificates here; undefined where there can. */
export function whyNoOpenssl(): string | undefined {
  return spawnSync('openssl', ['version']).status === 0 ? undefined : 'skipped, since openssl is not installed';
}

/** PEM files of one authority. For tests: keys are not protected. */
export interface TestCertificates {
  readonly ca: string;
  /** For 127.0.0.1 and localhost. */
  readonly server: { readonly certificate: string; readonly key: string };
  readonly client: { readonly certificate: string; readonly key: string };
}

/** An authority of its own, with a server's certificate and a client's. Made again in the same directory, files are replaced whole. */
export async function makeTestCertificates(directory: string): Promise<TestCertificates> {
  await mkdir(directory, { recursive: true });
  const at = (name: string): string => join(directory, name);
  const make = async (name: string, ...rest: readonly string[]): Promise<{ certificate: string; key: string }> => {
    const [certificate, key] = [at(`${name}.pem`), at(`${name}.key`)];
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout', `${key}.new`];
    await run('openssl', ['req', '-x509', ...newKey, '-out', `${certificate}.new`, '-days', '3650', '-subj', `/CN=${name}`, ...rest]);
    for (const file of [certificate, key]) await rename(`${file}.new`, file);
    return { certificate, key };
  };
  const authority = await make('authority');
  const signed = ['-CA', authority.certificate, '-CAkey', authority.key];
  return {
    ca: authority.certificate,
    server: await make('server', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost', ...signed),
    client: await make('client', ...signed),
  };
}
