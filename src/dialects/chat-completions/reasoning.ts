type Thought = { text: string; opaque?: string };

export type ReasoningFields = { reasoning_text?: string; reasoning_opaque?: string };

/**
 * The thinking of one message as the one text and the one seal that a message can hold. Sealed thinking must come back
 * unchanged, so of several sealed blocks only the last is kept; `isWhole` tells whether that lost anything.
 */
export function mergeReasoning(thoughts: readonly Thought[]): { fields: ReasoningFields; isWhole: boolean } {
  const sealed = thoughts.filter(({ opaque }) => opaque !== undefined);
  const isWhole = sealed.length < 2;
  const kept = isWhole ? thoughts : sealed.slice(-1);
  const text = kept.map((thought) => thought.text).join('');
  const opaque = sealed.at(-1)?.opaque;
  const fields = {
    ...(text === '' ? {} : { reasoning_text: text }),
    ...(opaque === undefined ? {} : { reasoning_opaque: opaque }),
  };
  return { fields, isWhole };
}
