/** What a caller may be. Roles do not contain each other, but `admin` may do everything. */
export const roles = ['reader', 'ingest', 'train', 'admin'] as const;
export type Role = (typeof roles)[number];

export const isRole = (text: unknown): text is Role => roles.some((role) => role === text);

/** Who calls, as a token says. */
export interface Caller {
  readonly subject: string;
  readonly roles: ReadonlySet<Role>;
}
