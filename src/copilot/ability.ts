/** What a model can do, by the names of `models --ability`. */
export const abilityNames = [
  'streaming',
  'tools',
  'parallel-tools',
  'structured-output',
  'vision',
  'reasoning',
  'embeddings',
] as const;

export type Ability = (typeof abilityNames)[number];
