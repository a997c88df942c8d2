// What every object that the chart renders has to keep. A policy takes the objects of one rendering and gives back what is wrong, one sentence each.
import { isUnder, podsOf, selects } from './rendered-objects.mjs';

const named = ({ object, container }) =>
  `${object.kind}/${object.metadata.name}${container === undefined ? '' : `, container ${container.name}`}`;
const ofKind = (objects, ...kinds) => objects.filter((object) => kinds.includes(object.kind));

/** A policy of each container: `check(container, pod, object)` gives back what is wrong, or undefined. */
function eachContainer(check) {
  return (objects) =>
    podsOf(objects).flatMap(({ object, pod, labels }) =>
      [...(pod.initContainers ?? []), ...pod.containers].flatMap((container) => {
        const wrong = check(container, { pod, object, labels, objects });
        return wrong === undefined ? [] : [`${named({ object, container })}: ${wrong}`];
      }),
    );
}

/** A policy of each pod template. */
function eachPod(check) {
  return (objects) =>
    podsOf(objects).flatMap(({ object, pod, labels }) => {
      const wrong = check(pod, { object, labels, objects });
      return wrong === undefined ? [] : [`${named({ object })}: ${wrong}`];
    });
}

const lacking = (of, names) => names.filter((name) => of?.[name] === undefined);
/** Environment that only a secret may hold. */
const isSecretName = (name) => /PASSWORD|SECRET|TOKEN|POSTGRES_URL|ACCESS_KEY/.test(name) && !/_FILE$/.test(name);

export const policies = {
  'images have a tag or a digest, never latest': eachContainer(({ image }) => {
    if (image.includes('@')) return /@sha256:[0-9a-f]{64}$/.test(image) ? undefined : `image ${image}: no digest of sha256`;
    const tag = /:([^/:]+)$/.exec(image)?.[1];
    return tag === undefined || tag === 'latest' ? `image ${image}` : undefined;
  }),

  'requests and limits of CPU and memory': eachContainer(({ resources }) => {
    const missing = ['requests', 'limits'].flatMap((kind) =>
      lacking(resources?.[kind], ['cpu', 'memory']).map((name) => `${kind}.${name}`),
    );
    return missing.length === 0 ? undefined : `no ${missing.join(', ')}`;
  }),

  'probes of what runs for long': eachContainer((container, { object }) => {
    if (object.kind !== 'Deployment') return undefined;
    const missing = lacking(container, ['startupProbe', 'livenessProbe', 'readinessProbe']);
    return missing.length === 0 ? undefined : `no ${missing.join(', ')}`;
  }),

  'probes ask ports that the container has': eachContainer(({ ports = [], startupProbe, livenessProbe, readinessProbe }) => {
    const asked = [startupProbe, livenessProbe, readinessProbe].flatMap((probe) => [probe?.httpGet?.port, probe?.grpc?.port]);
    const missing = asked.filter(
      (port) => port !== undefined && !ports.some(({ name, containerPort }) => port === name || port === containerPort),
    );
    return missing.length === 0 ? undefined : `no port ${missing.join(', ')}`;
  }),

  'a numeric user that is not root': eachPod(({ securityContext: security = {} }) => {
    if (security.runAsNonRoot !== true) return 'runAsNonRoot is not set';
    if (!(security.runAsUser >= 10_000)) return `runAsUser ${security.runAsUser}: expected 10000 or more, that no user of a node has`;
    return security.seccompProfile?.type === 'RuntimeDefault' ? undefined : 'no seccompProfile RuntimeDefault';
  }),

  'no container takes another user': eachContainer(({ securityContext: security = {} }) =>
    security.runAsUser === undefined && security.runAsNonRoot === undefined ? undefined : 'its securityContext names a user of its own',
  ),

  'no writable root': eachContainer(({ securityContext }) =>
    securityContext?.readOnlyRootFilesystem === true ? undefined : 'its root is writable',
  ),

  'what is written is bounded': eachPod(({ volumes = [] }) => {
    const wrong = volumes.filter(
      ({ emptyDir, secret, configMap }) => (emptyDir === undefined ? (secret ?? configMap) : emptyDir.sizeLimit) === undefined,
    );
    return wrong.length === 0
      ? undefined
      : `volumes ${wrong.map(({ name }) => name).join(', ')}: expected a secret, a ConfigMap or an emptyDir with sizeLimit`;
  }),

  'no privileges': eachContainer(({ securityContext: security = {} }) => {
    if (security.privileged === true) return 'it is privileged';
    return security.allowPrivilegeEscalation === false ? undefined : 'allowPrivilegeEscalation is not false';
  }),

  'no capabilities': eachContainer(({ securityContext }) => {
    const { drop = [], add = [] } = securityContext?.capabilities ?? {};
    return drop.includes('ALL') && add.length === 0
      ? undefined
      : `capabilities: drops ${drop.join(', ') || 'none'}, adds ${add.join(', ') || 'none'}`;
  }),

  'nothing of the node': eachPod(({ hostNetwork, hostPID, hostIPC, volumes = [] }) =>
    [hostNetwork, hostPID, hostIPC].includes(true) || volumes.some(({ hostPath }) => hostPath !== undefined)
      ? 'it has a namespace or a path of the node'
      : undefined,
  ),

  'no token of Kubernetes': (objects) => [
    ...eachPod(({ automountServiceAccountToken }) => (automountServiceAccountToken === false ? undefined : 'its pod gets a token'))(
      objects,
    ),
    ...ofKind(objects, 'ServiceAccount')
      .filter(({ automountServiceAccountToken }) => automountServiceAccountToken !== false)
      .map((object) => `${named({ object })}: it gives tokens`),
  ],

  // They would set variables named after every Service of the namespace.
  'no links to services in the environment': eachPod(({ enableServiceLinks }) =>
    enableServiceLinks === false ? undefined : 'enableServiceLinks is not false',
  ),

  'every port in a NetworkPolicy': eachContainer(({ ports = [] }, { labels, objects }) => {
    const open = ofKind(objects, 'NetworkPolicy')
      .filter(({ spec }) => selects(spec.podSelector.matchLabels, labels))
      .flatMap(({ spec }) => (spec.ingress ?? []).flatMap((rule) => rule.ports ?? []).map(({ port }) => port));
    const missing = ports.filter(({ name, containerPort }) => !open.includes(containerPort) && !open.includes(name));
    return missing.length === 0 ? undefined : `port ${missing.map(({ containerPort }) => containerPort).join(', ')} is in no NetworkPolicy`;
  }),

  'both directions closed but for what is listed': eachPod((_pod, { labels, objects }) => {
    const closed = ofKind(objects, 'NetworkPolicy').filter(({ spec }) => selects(spec.podSelector.matchLabels, labels));
    const types = closed.flatMap(({ spec }) => spec.policyTypes ?? []);
    return types.includes('Ingress') && types.includes('Egress') ? undefined : 'no NetworkPolicy closes both directions';
  }),

  'egress to named ports only': (objects) =>
    ofKind(objects, 'NetworkPolicy')
      .filter(({ spec }) => (spec.egress ?? []).some(({ ports = [] }) => ports.length === 0))
      .map((object) => `${named({ object })}: a rule of egress allows every port`),

  'secrets by reference': (objects) => [
    ...eachContainer(({ env = [] }) => {
      const plain = env.filter(({ name, value }) => isSecretName(name) && value !== undefined);
      return plain.length === 0 ? undefined : `${plain.map(({ name }) => name).join(', ')}: expected a reference to a secret`;
    })(objects),
    ...ofKind(objects, 'ConfigMap').flatMap((object) =>
      Object.entries(object.data ?? {})
        .filter(([name, value]) => isSecretName(name) || /:\/\/[^/\s"]*:[^/\s"]*@/.test(value))
        .map(([name]) => `${named({ object })}: ${name} is a secret`),
    ),
  ],

  'more time to end than the grace': (objects) => {
    const graceMs = Math.max(0, ...ofKind(objects, 'ConfigMap').map(({ data }) => Number(data?.MAMMOLINE_GRACE_MS ?? 0)));
    return eachPod(({ terminationGracePeriodSeconds = 30 }, { labels }) =>
      isUnder(labels, 'migration') || terminationGracePeriodSeconds * 1000 > graceMs
        ? undefined
        : `terminationGracePeriodSeconds ${terminationGracePeriodSeconds}: MAMMOLINE_GRACE_MS is ${graceMs}`,
    )(objects);
  },

  'selectors find pods': (objects) => {
    const pods = podsOf(objects);
    const selectors = [
      ...ofKind(objects, 'Service').map((object) => ({ object, labels: object.spec.selector })),
      ...ofKind(objects, 'PodDisruptionBudget', 'Deployment').map((object) => ({ object, labels: object.spec.selector.matchLabels })),
      ...ofKind(objects, 'PodMonitor').map((object) => ({ object, labels: object.spec.selector.matchLabels })),
      ...ofKind(objects, 'NetworkPolicy').map((object) => ({ object, labels: object.spec.podSelector.matchLabels })),
    ];
    return selectors
      .filter(({ labels }) => !pods.some((pod) => selects(labels, pod.labels)))
      .map(({ object }) => `${named({ object })}: its selector finds no pod of the chart`);
  },

  'what is scaled is there, and names no number itself': (objects) =>
    ofKind(objects, 'HorizontalPodAutoscaler', 'ScaledObject').flatMap((object) => {
      const { name } = object.spec.scaleTargetRef;
      const target = ofKind(objects, 'Deployment').find((deployment) => deployment.metadata.name === name);
      if (target === undefined) return [`${named({ object })}: there is no Deployment ${name}`];
      return target.spec.replicas === undefined ? [] : [`${named({ object: target })}: it has replicas, and ${named({ object })} too`];
    }),

  'every object once': (objects) => {
    const names = objects.map((object) => named({ object }));
    return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is there twice`);
  },
};

/** What is wrong with the objects of a rendering: `{policy, message}` each. */
export function findViolations(objects) {
  return Object.entries(policies).flatMap(([policy, check]) => check(objects).map((message) => ({ policy, message })));
}
