/** Names that move from model version to model version: `champion` answers, `candidate` may be watched beside it. */
export const modelAliases = ['champion', 'candidate'] as const;
export type ModelAlias = (typeof modelAliases)[number];
