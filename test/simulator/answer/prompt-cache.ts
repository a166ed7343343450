import { createHash } from 'node:crypto';
import type { ModelCall } from '../copilot/model-call.ts';
import { isRecord, type JsonRecord, toRecord, toRecords } from '../json.ts';
import { countCharacters, countTokens } from './estimate-tokens.ts';

// docs: platform.claude.com, "Prompt caching", and platform.openai.com, "Prompt caching". Claude caches up to marks, GPT by itself.

export type CacheUse = {
  cachedInputTokens: number;
  cacheWriteTokens: number;
  /** Of those, what is kept for an hour. */
  longCacheWriteTokens: number;
};

/** Prefixes that were cached, by their hash. */
export type PromptCache = Map<string, { expiresAt: number; lifetimeMs: number }>;

const minute = 60_000;
const gptLifetimeMs = 10 * minute;
const gptSmallest = 1024;
const gptStep = 128;
/** docs: so many blocks back from a mark, the mark's own included, is a shorter prefix looked for. */
const lookBack = 20;
const maxEntries = 50_000;

/** What of a prompt comes from the cache and what goes into it. The cache remembers it for the next call. */
export function accountForCache(call: ModelCall): CacheUse {
  const { promptCache } = call.world.ledger;
  // A simulator may live long.
  if (promptCache.size > maxEntries) promptCache.clear();
  if (call.model.vendor === 'Anthropic') return readMarked(call, promptCache);
  if (/openai/i.test(call.model.vendor)) return readAutomatic(call, promptCache);
  return { cachedInputTokens: 0, cacheWriteTokens: 0, longCacheWriteTokens: 0 };
}

/** The entry of a prefix, if it still holds. */
function findEntry(cache: PromptCache, prefix: Prefix | undefined, now: number) {
  const entry = cache.get(prefix?.hash ?? '');
  return entry && entry.expiresAt > now ? entry : undefined;
}

function readMarked(call: ModelCall, cache: PromptCache): CacheUse {
  const now = call.world.state.now();
  const prefixes = listPrefixes(listClaudeBlocks(call), call.model.id);
  const marks = prefixes.flatMap(({ mark }, index) => (mark === undefined ? [] : [index]));
  const isHit = (index: number): boolean => findEntry(cache, prefixes[index], now) !== undefined;
  const hits = marks.map((index) => {
    for (let place = index; place > index - lookBack && place >= 0; place--) if (isHit(place)) return place;
    return -1;
  });
  const hit = Math.max(-1, ...hits);
  const entry = findEntry(cache, prefixes[hit], now);
  if (entry) entry.expiresAt = now + entry.lifetimeMs;
  const read = prefixes[hit]?.tokens ?? 0;
  let written = read;
  let long = 0;
  for (const index of marks) {
    const { hash, tokens, mark } = prefixes[index] as Prefix;
    if (index <= hit || tokens < toSmallest(call.model.id)) continue;
    const lifetimeMs = mark?.ttl === '1h' ? 60 * minute : 5 * minute;
    cache.set(hash, { expiresAt: now + lifetimeMs, lifetimeMs });
    if (lifetimeMs > 5 * minute) long += tokens - written;
    written = tokens;
  }
  return { cachedInputTokens: read, cacheWriteTokens: written - read, longCacheWriteTokens: long };
}

/** docs: tokens below which Claude caches nothing. */
function toSmallest(model: string): number {
  if (/opus-(?:4\.[5-9]|[5-9])|haiku-4\.5|fable/.test(model)) return 4096;
  return /sonnet-4\.6|haiku-3/.test(model) ? 2048 : 1024;
}

function readAutomatic(call: ModelCall, cache: PromptCache): CacheUse {
  const now = call.world.state.now();
  const entry = { expiresAt: now + gptLifetimeMs, lifetimeMs: gptLifetimeMs };
  const prefixes = listPrefixes(listPlainBlocks(call.body), call.model.id);
  const known = prefixes.findLast((prefix) => findEntry(cache, prefix, now))?.tokens ?? 0;
  for (const { hash } of prefixes) cache.set(hash, entry);
  const read = known < gptSmallest ? 0 : known - (known % gptStep);
  return { cachedInputTokens: read, cacheWriteTokens: 0, longCacheWriteTokens: 0 };
}

type Mark = { ttl: unknown };
type Block = { key: string; characters: number; mark: Mark | undefined };
type Prefix = { hash: string; tokens: number; mark: Mark | undefined };

/** Each prefix of the prompt that ends with a block. */
function listPrefixes(blocks: readonly Block[], model: string): Prefix[] {
  let hash = model;
  let characters = 0;
  return blocks.map((block) => {
    hash = createHash('sha256').update(hash).update(block.key).digest('base64');
    characters += block.characters;
    return { hash, tokens: countTokens(characters), mark: block.mark };
  });
}

/** In the order in which Claude reads: tools, instructions, messages. docs: another choice of tools or other thinking is another conversation. */
function listClaudeBlocks({ body, endpoint }: ModelCall): Block[] {
  const { tool_choice, thinking, thinking_budget, reasoning_effort } = body;
  const settings = JSON.stringify([tool_choice, thinking, thinking_budget, reasoning_effort]);
  const messages = toRecords(body.messages);
  const tools = toRecords(body.tools).map((tool) => toBlock(tool, 'tool'));
  if (endpoint !== '/v1/messages') {
    // Copilot gathers the instructions, wherever they stand.
    const isSystem = ({ role }: JsonRecord): boolean => role === 'system' || role === 'developer';
    const turns = messages.filter((message) => !isSystem(message));
    const system = messages.filter(isSystem).map((message) => toBlock(message, 'system'));
    return [...tools, ...system, ...turns.map((message) => toBlock(message, settings))];
  }
  return [
    ...tools,
    ...toBlocks(body.system).map((block) => toBlock(block, 'system')),
    ...messages.flatMap(({ role, content }) =>
      toBlocks(content).map((block) => toBlock(block, `${settings} ${role}`)),
    ),
  ];
}

function listPlainBlocks({ tools, instructions, messages, input }: JsonRecord): Block[] {
  return [tools, instructions, messages, input].flatMap((part) =>
    toBlocks(part).map((block) => toBlock(block, '')),
  );
}

function toBlocks(content: unknown): JsonRecord[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : toRecords(content);
}

function toBlock(block: JsonRecord, place: string): Block {
  const { cache_control, copilot_cache_control, ...rest } = block;
  const mark = cache_control ?? copilot_cache_control;
  return {
    key: `${place} ${JSON.stringify(rest)}`,
    characters: countCharacters(rest),
    mark: isRecord(mark) ? { ttl: toRecord(mark).ttl } : undefined,
  };
}
