/** The six services, in the order of the line: events flow from the first to the last, so they stop from the last to the first. */
export const serviceNames = ['ingestor', 'restructurer', 'mask-merger', 'preprocessor', 'trainer', 'predictor'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What the files of a service's process are called: the first has the service's own name, the others a number (`restructurer-2`). */
export function replicaName(service: string, replica: number): string {
  return replica === 1 ? service : `${service}-${String(replica)}`;
}
