import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { experimental, type ServerCredentials } from '@grpc/grpc-js';
import { describeError, toFailure } from '@mammoline/kernel';
import type { Logger } from 'pino';
import { expectAuthority } from './expect-authority.ts';
import type { GrpcTlsVariables } from './grpc-tls-variables.ts';
import { readAgain } from './read-again.ts';
import { readNamedFile } from './read-named-file.ts';

/** How often the files are read again. A mounted Kubernetes secret changes within about a minute of its change. */
const refreshMs = 10_000;

export interface GrpcTls {
  readonly credentials: ServerCredentials;
  readonly close: () => void;
}

interface Certificates {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly clientCa: Buffer | undefined;
}

/**
 * TLS as the variables say, mutual where they name the clients' authority; undefined where they name no certificate. Files that change are taken for new
 * connections; what does not fit together (half of a rotation, a damaged file) is told in the log and what served until then serves on.
 * (grpc-js has a watcher of files too. It hands on what it reads unchecked, and a server whose key does not fit drops every connection.)
 * @throws Failure invalid where the files can't be read, or are no certificate and its key
 */
export async function openGrpcTls(config: GrpcTlsVariables, log: Logger, everyMs = refreshMs): Promise<GrpcTls | undefined> {
  const { MAMMOLINE_GRPC_TLS_CERT_FILE: certFile, MAMMOLINE_GRPC_TLS_KEY_FILE: keyFile } = config;
  if (certFile === undefined || keyFile === undefined) return undefined;
  const clientCaFile = config.MAMMOLINE_GRPC_TLS_CLIENT_CA_FILE;
  const read = async (): Promise<Certificates> => {
    const [certificate, privateKey, clientCa] = await Promise.all([
      readNamedFile('MAMMOLINE_GRPC_TLS_CERT_FILE', certFile),
      readNamedFile('MAMMOLINE_GRPC_TLS_KEY_FILE', keyFile),
      clientCaFile === undefined ? undefined : readNamedFile('MAMMOLINE_GRPC_TLS_CLIENT_CA_FILE', clientCaFile),
    ]);
    expectPair(certificate, privateKey);
    if (clientCa !== undefined) expectAuthority('MAMMOLINE_GRPC_TLS_CLIENT_CA_FILE', clientCa);
    return { certificate, privateKey, clientCa };
  };

  let current = await read();
  const identityListeners = new Set<experimental.IdentityCertificateUpdateListener>();
  const caListeners = new Set<experimental.CaCertificateUpdateListener>();
  const tellIdentity = (listener: experimental.IdentityCertificateUpdateListener): void => {
    listener({ certificate: current.certificate, privateKey: current.privateKey });
  };
  const tellCa = (listener: experimental.CaCertificateUpdateListener): void => {
    listener(current.clientCa === undefined ? null : { caCertificate: current.clientCa });
  };
  const provider: experimental.CertificateProvider = {
    addIdentityCertificateListener: (listener) => {
      identityListeners.add(listener);
      process.nextTick(tellIdentity, listener);
    },
    removeIdentityCertificateListener: (listener) => identityListeners.delete(listener),
    addCaCertificateListener: (listener) => {
      caListeners.add(listener);
      process.nextTick(tellCa, listener);
    },
    removeCaCertificateListener: (listener) => caListeners.delete(listener),
  };
  const refresh = async (): Promise<void> => {
    const next = await read();
    if (areSame(next, current)) return;
    current = next;
    caListeners.forEach(tellCa);
    identityListeners.forEach(tellIdentity);
    log.info({ validTo: new X509Certificate(next.certificate).validTo }, 'the certificate of the gRPC port was renewed');
  };
  const close = readAgain(everyMs, refresh, (error) => {
    log.error({ err: describeError(error) }, 'the renewed certificate of the gRPC port can not be used; the one before serves on');
  });
  return {
    credentials: experimental.createCertificateProviderServerCredentials(provider, clientCaFile === undefined ? null : provider, true),
    close,
  };
}

function expectPair(cert: Buffer, key: Buffer): void {
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw toFailure(
      error,
      'invalid',
      'MAMMOLINE_GRPC_TLS_CERT_FILE and MAMMOLINE_GRPC_TLS_KEY_FILE: expected the PEM of a certificate and of its unencrypted key',
    );
  }
}

const areSame = (one: Certificates, other: Certificates): boolean =>
  one.certificate.equals(other.certificate) &&
  one.privateKey.equals(other.privateKey) &&
  (one.clientCa === undefined || other.clientCa === undefined ? one.clientCa === other.clientCa : one.clientCa.equals(other.clientCa));
