import { z } from 'zod';

/** Limits of the gRPC port; docs/reference/security.md explains them. */
export const limitVariables = z.object({
  /** Largest message either way. The default takes DICOM bytes into Predict, and PNGs out. */
  MAMMOLINE_GRPC_MAX_MESSAGE_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .max(1024 ** 3)
    .default(64 * 1024 * 1024),
  /** Calls at once on one connection. */
  MAMMOLINE_GRPC_MAX_STREAMS: z.coerce.number().int().min(1).max(100_000).optional(),
  /** Calls a second by one client. */
  MAMMOLINE_GRPC_RATE: z.coerce.number().positive().max(1_000_000).optional(),
  /** Calls at once after a pause; undefined: those of one second, at least one. */
  MAMMOLINE_GRPC_BURST: z.coerce.number().int().min(1).max(1_000_000).optional(),
});
export type LimitVariables = z.infer<typeof limitVariables>;
