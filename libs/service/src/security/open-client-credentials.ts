import { ChannelCredentials } from 'nice-grpc';
import { invalid, toFailure } from '@mammoline/kernel';
import { expectAuthority } from './expect-authority.ts';
import type { ClientVariables } from './client-variables.ts';
import { readNamedFile } from './read-named-file.ts';

/**
 * What a client opens TLS channels with. Without a file of authorities it trusts those that Node trusts.
 * @throws Failure invalid where a file can't be read or is not what it should be
 */
export async function openClientCredentials(variables: ClientVariables): Promise<ChannelCredentials> {
  const { MAMMOLINE_TLS_CERT_FILE: certFile, MAMMOLINE_TLS_KEY_FILE: keyFile } = variables;
  if ((certFile === undefined) !== (keyFile === undefined))
    throw invalid('MAMMOLINE_TLS_CERT_FILE and MAMMOLINE_TLS_KEY_FILE belong together: found one, expected both or none');
  const read = (name: keyof ClientVariables): Promise<Buffer> | null => {
    const file = variables[name];
    return file === undefined ? null : readNamedFile(name, file);
  };
  const [ca, key, cert] = await Promise.all([
    read('MAMMOLINE_TLS_CA_FILE'),
    read('MAMMOLINE_TLS_KEY_FILE'),
    read('MAMMOLINE_TLS_CERT_FILE'),
  ]);
  if (ca !== null) expectAuthority('MAMMOLINE_TLS_CA_FILE', ca);
  try {
    return ChannelCredentials.createSsl(ca, key, cert);
  } catch (error) {
    throw toFailure(
      error,
      'invalid',
      'MAMMOLINE_TLS_CERT_FILE and MAMMOLINE_TLS_KEY_FILE: expected the PEM of a certificate and of its unencrypted key',
    );
  }
}
