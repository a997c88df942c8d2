import { parseAllDocuments } from 'yaml';

/** The objects of what `helm template` printed. Throws where that is no YAML. */
export function parseObjects(text) {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const object = document.toJS();
    return object === null ? [] : [object];
  });
}

/** The pods that objects make: `{object, pod: its spec, labels}`. */
export function podsOf(objects) {
  return objects
    .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
    .map((object) => ({ object, pod: object.spec.template.spec, labels: object.spec.template.metadata?.labels ?? {} }));
}

/** Are these labels, which must be some, among those? */
export function selects(selector, labels) {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}

export const isUnder = (labels, component) => labels['app.kubernetes.io/component'] === component;
