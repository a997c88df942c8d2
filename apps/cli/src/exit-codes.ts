/** What the program's exit code says; told to users in docs/reference/cli.md. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  interrupted: 130,
} as const;
