import { z } from 'zod';

/** How a client of the services makes itself known, and whom it trusts; docs/reference/security.md explains them. */
const clientVariables = z.object({
  MAMMOLINE_TLS_CA_FILE: z.string().optional(),
  MAMMOLINE_TLS_CERT_FILE: z.string().optional(),
  MAMMOLINE_TLS_KEY_FILE: z.string().optional(),
  MAMMOLINE_TOKEN_FILE: z.string().optional(),
});
export type ClientVariables = z.infer<typeof clientVariables>;

/** Reads them of an environment; an empty variable counts as unset. */
export function readClientVariables(environment: Readonly<Record<string, string | undefined>>): ClientVariables {
  return clientVariables.parse(Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')));
}
