import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from '../workspace/free-ports.mjs';
import { SetupError } from '../workspace/setup-error.mjs';
import { makeCertificates } from './make-certificates.mjs';

const securedListeners = { TLS: 'SSL', MTLS: 'SSL', SASL: 'SASL_PLAINTEXT', SASL_TLS: 'SASL_SSL' };

/** What a cluster's folder remembers in `cluster.json`: its nodes and their ports. Undefined where there is none. */
export function readSettings(directory) {
  const file = path.join(directory, 'cluster.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** The settings of a folder: made at the first start, the same ever after; what is advertised may change. */
export async function provideSettings(directory, { brokers, advertise, secured }) {
  const known = readSettings(directory);
  if (known !== undefined && brokers !== undefined && brokers !== known.nodes.length)
    throw new SetupError(`${directory} has a cluster of ${known.nodes.length}, not of ${brokers}`, 'stop it and give another folder');
  const settings = known ?? (await newSettings(directory, { brokers: brokers ?? 1, secured: secured ?? false }));
  if (advertise !== undefined && advertise.length !== settings.nodes.length)
    throw new SetupError(`${advertise.length} addresses to advertise for ${settings.nodes.length} brokers`, 'give one for each broker');
  for (const [at, node] of settings.nodes.entries()) node.advertised = advertise?.[at] ?? node.advertised;
  writeFileSync(path.join(directory, 'cluster.json'), JSON.stringify(settings, undefined, 2));
  return settings;
}

async function newSettings(directory, { brokers, secured }) {
  mkdirSync(directory, { recursive: true });
  const ports = await freePorts(brokers * 3 + 4);
  const nodes = Array.from({ length: brokers }, (_, at) => {
    const [port, internalPort, controllerPort] = ports.slice(at * 3);
    const address = `127.0.0.1:${port}`;
    return { id: at + 1, directory: path.join(directory, `broker-${at + 1}`), address, advertised: address, internalPort, controllerPort };
  });
  const settings = { cluster: randomBytes(16).toString('base64url'), nodes };
  if (!secured) return settings;
  if (brokers > 1) throw new SetupError('a secured cluster has one broker', 'leave --brokers out');
  const certificates = path.join(directory, 'certificates');
  await makeCertificates(certificates);
  const listeners = Object.keys(securedListeners).map((name, at) => [name, `127.0.0.1:${ports[brokers * 3 + at]}`]);
  return { ...settings, secured: { certificates, listeners: Object.fromEntries(listeners) } };
}

const users = ['admin', 'service'];
const passwordOf = (user) => `${user}-secret`;

/** The options of the storage tool that make the users of SCRAM. */
export const scramUsers = users.flatMap((user) =>
  ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => ['--add-scram', `${mechanism}=[name=${user},password=${passwordOf(user)}]`]),
);

const templateOf = (name) => readFileSync(path.join(import.meta.dirname, name), 'utf8');

/** The `server.properties` of one node. */
export function propertiesOf({ nodes, secured }, node) {
  const listed = Object.entries(secured?.listeners ?? {});
  const values = {
    ...node,
    port: node.address.split(':')[1],
    voters: nodes.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(','),
    replicas: Math.min(3, nodes.length),
    inSync: Math.max(1, Math.min(3, nodes.length) - 1),
    certificates: secured?.certificates,
    securedListeners: listed.map(([name, address]) => `,${name}://${address}`).join(''),
    securedProtocols: listed.map(([name]) => `,${name}:${securedListeners[name]}`).join(''),
    'saslOf:sasl': saslOf('sasl'),
    'saslOf:sasl_tls': saslOf('sasl_tls'),
  };
  const template = templateOf('server.properties') + (secured === undefined ? '' : templateOf('secured.properties'));
  return template.replaceAll(/\{([\w:]+)\}/g, (_all, name) => String(values[name]));
}

/** Who may come to a listener: PLAIN's users are in its settings, SCRAM's in the cluster's metadata. */
function saslOf(listener) {
  const modules = 'org.apache.kafka.common.security';
  const plainUsers = users.map((user) => `user_${user}="${passwordOf(user)}"`).join(' ');
  return [
    `listener.name.${listener}.plain.sasl.jaas.config=${modules}.plain.PlainLoginModule required ${plainUsers};`,
    ...['256', '512'].map(
      (bits) => `listener.name.${listener}.scram-sha-${bits}.sasl.jaas.config=${modules}.scram.ScramLoginModule required;`,
    ),
  ].join('\n');
}
