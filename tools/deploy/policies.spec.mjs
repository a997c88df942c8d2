import { describe, expect, it } from 'vitest';
import { findViolations, policies } from './policies.mjs';

const labels = { app: 'predictor' };

/** A pod template that keeps all policies, with what keeps the rest beside it. */
function good() {
  const container = {
    name: 'predictor',
    image: 'registry.example.com/cpu:1.2.3',
    ports: [{ name: 'http', containerPort: 8080 }],
    startupProbe: { httpGet: { path: '/healthz', port: 'http' } },
    livenessProbe: { httpGet: { path: '/healthz', port: 8080 } },
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
    env: [{ name: 'MAMMOLINE_POSTGRES_URL', valueFrom: { secretKeyRef: { name: 'db', key: 'uri' } } }],
    resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  };
  const pod = {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 30,
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
    volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '1Gi' } }],
  };
  const selector = { matchLabels: labels };
  const deployment = {
    kind: 'Deployment',
    metadata: { name: 'predictor' },
    spec: { selector, template: { metadata: { labels }, spec: pod } },
  };
  const network = {
    kind: 'NetworkPolicy',
    metadata: { name: 'predictor' },
    spec: {
      podSelector: selector,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: [{ port: 8080 }] }],
      egress: [{ ports: [{ port: 5432 }] }],
    },
  };
  const account = { kind: 'ServiceAccount', metadata: { name: 'predictor' }, automountServiceAccountToken: false };
  const config = { kind: 'ConfigMap', metadata: { name: 'config' }, data: { MAMMOLINE_GRACE_MS: '10000' } };
  const scaler = { kind: 'HorizontalPodAutoscaler', metadata: { name: 'predictor' }, spec: { scaleTargetRef: { name: 'predictor' } } };
  const service = { kind: 'Service', metadata: { name: 'predictor' }, spec: { selector: labels } };
  return { container, pod, deployment, network, account, config, scaler, service };
}

const objectsOf = ({ deployment, network, account, config, scaler, service }) => [deployment, network, account, config, scaler, service];

/** What breaks each policy: the parts of a good rendering in, broken. */
const breaks = {
  'images have a tag or a digest, never latest': [
    ({ container }) => (container.image = 'cpu:latest'),
    ({ container }) => (container.image = 'registry.example.com:5000/cpu'),
    ({ container }) => (container.image = 'cpu@sha256:short'),
  ],
  'requests and limits of CPU and memory': [
    ({ container }) => delete container.resources.limits,
    ({ container }) => delete container.resources.requests.cpu,
  ],
  'probes of what runs for long': [({ container }) => delete container.livenessProbe],
  'probes ask ports that the container has': [({ container }) => (container.readinessProbe = { grpc: { port: 50051 } })],
  'a numeric user that is not root': [
    ({ pod }) => (pod.securityContext.runAsUser = 0),
    ({ pod }) => delete pod.securityContext.runAsNonRoot,
    ({ pod }) => delete pod.securityContext.seccompProfile,
  ],
  'no container takes another user': [({ container }) => (container.securityContext.runAsUser = 0)],
  'no writable root': [({ container }) => delete container.securityContext.readOnlyRootFilesystem],
  'what is written is bounded': [({ pod }) => pod.volumes.push({ name: 'more', emptyDir: {} })],
  'no privileges': [
    ({ container }) => (container.securityContext.privileged = true),
    ({ container }) => delete container.securityContext.allowPrivilegeEscalation,
  ],
  'no capabilities': [
    ({ container }) => (container.securityContext.capabilities.drop = ['NET_RAW']),
    ({ container }) => (container.securityContext.capabilities.add = ['NET_BIND_SERVICE']),
  ],
  'nothing of the node': [({ pod }) => (pod.hostNetwork = true), ({ pod }) => (pod.volumes[0].hostPath = { path: '/' })],
  'no token of Kubernetes': [
    ({ pod }) => delete pod.automountServiceAccountToken,
    ({ account }) => (account.automountServiceAccountToken = true),
  ],
  'no links to services in the environment': [({ pod }) => delete pod.enableServiceLinks],
  'every port in a NetworkPolicy': [
    ({ container }) => container.ports.push({ name: 'grpc', containerPort: 50051 }),
    ({ network }) => (network.spec.podSelector = { matchLabels: { app: 'another' } }),
  ],
  'both directions closed but for what is listed': [({ network }) => (network.spec.policyTypes = ['Ingress'])],
  'egress to named ports only': [({ network }) => network.spec.egress.push({ to: [] })],
  'secrets by reference': [
    ({ container }) => (container.env[0] = { name: 'MAMMOLINE_POSTGRES_URL', value: 'postgres://user:password@db/mammoline' }),
    ({ config }) => (config.data.MAMMOLINE_KAFKA_SASL_PASSWORD = 'hidden'),
    ({ config }) => (config.data.URL = 'https://user:hidden@host'),
  ],
  'more time to end than the grace': [({ pod }) => (pod.terminationGracePeriodSeconds = 10)],
  'selectors find pods': [({ service }) => (service.spec.selector = { app: 'another' })],
  'what is scaled is there, and names no number itself': [
    ({ scaler }) => (scaler.spec.scaleTargetRef.name = 'another'),
    ({ deployment }) => (deployment.spec.replicas = 2),
  ],
  'every object once': [
    ({ service, config }) => Object.assign(config, { kind: service.kind, spec: service.spec, metadata: service.metadata }),
  ],
};

describe('policies of the chart', () => {
  it('find nothing wrong with a good object', () => {
    expect(findViolations(objectsOf(good()))).toEqual([]);
  });

  it('are each shown to fail', () => {
    expect(Object.keys(breaks)).toEqual(Object.keys(policies));
  });

  it.each(Object.entries(breaks).flatMap(([policy, ways]) => ways.map((way, index) => [policy, index, way])))(
    '%s: broken (%i)',
    (policy, _index, way) => {
      const parts = good();
      way(parts);
      expect(findViolations(objectsOf(parts)).map((violation) => violation.policy)).toContain(policy);
    },
  );
});
