import type { CacheMark } from '../chat-request.ts';
import type { CacheControl, Markable, MessagesRequest } from './wire.ts';

const maxMarks = 4;

/** `scope`, which newer callers set, is refused whatever the betas say; it is never written. */
export function toCacheField(cache: CacheMark | undefined): { cache_control?: CacheControl } {
  if (!cache) return {};
  return { cache_control: { type: 'ephemeral', ...(cache.ttl === undefined ? {} : { ttl: cache.ttl }) } };
}

/** Takes away all marks but the last four, in the order in which the service reads a prompt. Tells how many. */
export function limitMarks({ tools = [], system = [], messages }: MessagesRequest): number {
  const blocks: object[] = [...tools, ...system, ...messages.flatMap(({ content }) => content)];
  const marked = blocks.filter((block): block is Markable => 'cache_control' in block);
  const surplus = marked.slice(0, -maxMarks);
  for (const block of surplus) delete block.cache_control;
  return surplus.length;
}
