/** The six services, in the order of the line: events flow from the first to the last, so they stop from the last to the first. */
export const serviceNames = ['ingestor', 'restructurer', 'mask-merger', 'preprocessor', 'trainer', 'predictor'] as const;
export type ServiceName = (typeof serviceNames)[number];
