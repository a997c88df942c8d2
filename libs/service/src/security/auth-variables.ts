import { z } from 'zod';

/** Who may call; docs/reference/security.md explains them. */
export const authVariables = z.object({
  MAMMOLINE_AUTH_TOKENS_FILE: z.string().optional(),
  MAMMOLINE_AUTH_OIDC_ISSUER: z.string().optional(),
  MAMMOLINE_AUTH_OIDC_AUDIENCE: z.string().optional(),
  MAMMOLINE_AUTH_OIDC_JWKS_URL: z
    .string()
    .regex(
      /^https:\/\/.|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/,
      'expected an https:// URL (http:// for the loopback address alone)',
    )
    .optional(),
  MAMMOLINE_AUTH_OIDC_JWKS_FILE: z.string().optional(),
  MAMMOLINE_AUTH_OIDC_ROLES_CLAIM: z.string().default('roles'),
  /** Undefined: as authentication. */
  MAMMOLINE_AUDIT: z.stringbool().optional(),
});
export type AuthVariables = z.infer<typeof authVariables>;

/** Which variable lacks, and what asks for it. */
export function findLackingAuthVariables(value: AuthVariables): readonly (readonly [name: keyof AuthVariables, because: string])[] {
  const issuer = value.MAMMOLINE_AUTH_OIDC_ISSUER;
  const keys = [value.MAMMOLINE_AUTH_OIDC_JWKS_URL, value.MAMMOLINE_AUTH_OIDC_JWKS_FILE].filter((source) => source !== undefined);
  const others = ['MAMMOLINE_AUTH_OIDC_AUDIENCE', 'MAMMOLINE_AUTH_OIDC_JWKS_URL', 'MAMMOLINE_AUTH_OIDC_JWKS_FILE'] as const;
  if (issuer === undefined)
    return others.filter((name) => value[name] !== undefined).map((name) => ['MAMMOLINE_AUTH_OIDC_ISSUER', `is needed by ${name}`]);
  return [
    ...(value.MAMMOLINE_AUTH_OIDC_AUDIENCE === undefined
      ? ([['MAMMOLINE_AUTH_OIDC_AUDIENCE', 'is needed by MAMMOLINE_AUTH_OIDC_ISSUER']] as const)
      : []),
    ...(keys.length === 1
      ? []
      : ([
          ['MAMMOLINE_AUTH_OIDC_JWKS_URL', 'MAMMOLINE_AUTH_OIDC_ISSUER needs this or MAMMOLINE_AUTH_OIDC_JWKS_FILE, one of both'],
        ] as const)),
  ];
}
