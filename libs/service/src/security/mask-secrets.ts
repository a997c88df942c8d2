const masked = '***';

/** Variables whose whole values are secret. */
export const isSecretName = (name: string): boolean =>
  /PASSWORD|PASSWD|SECRET|CREDENTIAL|_TOKEN$|_KEY$|ACCESS_KEY|POSTGRES_URL|DATABASE_URL|OTLP_.*HEADERS/.test(name);

/** Shorter ones are words that a log has for other reasons. */
const shortestSecret = 6;

/** The user information of any URL in a text, masked. */
export function maskUrls(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'?#]*@/gi, `$1${masked}@`);
}

/**
 * Masks, in any text, what the environment holds of secrets: values of variables that are named so, passwords of URLs, also as JSON and URLs spell them; and
 * the user information of any URL.
 */
export function createSecretMask(environment: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const found = new Set<string>();
  const add = (secret: string): void => {
    if (secret.length < shortestSecret) return;
    for (const spelling of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) found.add(spelling);
  };
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue;
    const password = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:([^\s/]*)@/i.exec(value)?.[1];
    if (password !== undefined) {
      add(password);
      add(decode(password));
    }
    if (isSecretName(name)) add(value);
  }
  // The longest first: one may be a part of another.
  const secrets = [...found].sort((a, b) => b.length - a.length);
  return (text) => {
    let result = text;
    for (const secret of secrets) if (result.includes(secret)) result = result.replaceAll(secret, masked);
    return result.includes('://') ? maskUrls(result) : result;
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
