import { z } from 'zod';

/** TLS of the gRPC port; docs/reference/security.md explains them. */
export const grpcTlsVariables = z.object({
  MAMMOLINE_GRPC_TLS_CERT_FILE: z.string().optional(),
  MAMMOLINE_GRPC_TLS_KEY_FILE: z.string().optional(),
  MAMMOLINE_GRPC_TLS_CLIENT_CA_FILE: z.string().optional(),
});
export type GrpcTlsVariables = z.infer<typeof grpcTlsVariables>;

/** Which variable lacks, and what asks for it. */
export function findLackingGrpcTlsVariables(
  value: GrpcTlsVariables,
): readonly (readonly [name: keyof GrpcTlsVariables, because: string])[] {
  const asksFor = [
    ['MAMMOLINE_GRPC_TLS_CERT_FILE', 'MAMMOLINE_GRPC_TLS_KEY_FILE'],
    ['MAMMOLINE_GRPC_TLS_KEY_FILE', 'MAMMOLINE_GRPC_TLS_CERT_FILE'],
    ['MAMMOLINE_GRPC_TLS_CLIENT_CA_FILE', 'MAMMOLINE_GRPC_TLS_CERT_FILE'],
  ] as const;
  return asksFor
    .filter(([asking, asked]) => value[asking] !== undefined && value[asked] === undefined)
    .map(([asking, asked]) => [asked, `is needed by ${asking}`]);
}
