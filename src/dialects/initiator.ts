import type { IncomingHttpHeaders } from 'node:http';
import { type JsonObject, parseJson, toObject, toText } from '../json-value.ts';

export type Initiator = 'user' | 'agent';

/**
 * Who began a caller's request: `user` once for each thing that a person said, `agent` for everything that a program adds by itself. Plans that
 * count requests charge only the first kind. A claim that a person spoke is ignored if only tools did.
 */
export function findInitiator(body: JsonObject, headers: IncomingHttpHeaders): Initiator {
  const isAgents = isNamedAgents(headers) || isCodexAside(body, headers) || isProbe(body);
  if (isAgents || isClaudeCodeAside(body, headers) || isQwenSubagent(body, headers)) return 'agent';
  if (isAsideWithoutTools(body, headers)) return 'agent';
  return toInitiator(body.messages ?? body.input);
}

/**
 * The same by the messages alone, of any dialect or of a ChatRequest. The last message that means something decides: instructions behind it
 * say nothing, and a text in place of messages is a person's.
 */
export function toInitiator(messages: unknown): Initiator {
  if (!Array.isArray(messages)) return 'user';
  let isReminded = false;
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = toObject(messages[index]);
    if (isInstruction(message)) continue;
    if (message.role !== 'user') return 'agent';
    const said = readSaid(message);
    if (said === 'words') return 'user';
    if (said === 'result' || said === 'notification') return 'agent';
    if (said === 'media') return isBehindResult(messages, index) ? 'agent' : 'user';
    isReminded ||= said === 'reminder';
  }
  return isReminded ? 'agent' : 'user';
}

function isInstruction({ role, type }: JsonObject): boolean {
  // Codex lists tools that it found among the items of /responses.
  return role === 'system' || role === 'developer' || type === 'additional_tools';
}

type Said = 'words' | 'result' | 'notification' | 'media' | 'reminder' | 'nothing';

/** What a message of the user's role holds that matters most. A result outranks the words beside it: programs add words to results. */
function readSaid({ content, parts }: JsonObject): Said {
  const given = parts ?? content;
  const blocks: unknown[] = Array.isArray(given) ? given : [given];
  const kinds = new Set<Said>();
  for (const block of blocks) {
    if (toObject(block).type === 'tool_result') return 'result';
    const text = findText(block);
    if (text?.startsWith(resultNotice)) return 'result';
    if (text !== undefined) kinds.add(readText(text));
    else if (toObject(block).type !== undefined) kinds.add('media');
  }
  if (kinds.has('media') && blocks.every(isMediaOrLabel)) return 'media';
  const ranked: Said[] = ['words', 'notification', 'media', 'reminder'];
  return ranked.find((kind) => kinds.has(kind)) ?? 'nothing';
}

/** Cline drops results when a conversation becomes too long, and names them in a block behind the words that they follow. */
const resultNotice =
  '<SYSTEM_NOTICE>\nEarlier context was compacted. Summary of your actions after the request above:\n';

function findText(block: unknown): string | undefined {
  const text = typeof block === 'string' ? block : toObject(block).text;
  return typeof text === 'string' ? text : undefined;
}

function readText(text: string): Said {
  const { isReminded, rest } = withoutReminders(text);
  if (rest !== '') return 'words';
  if (!isReminded) return 'nothing';
  return isNotification.test(text) ? 'notification' : 'reminder';
}

/** Elements in which Claude Code and its kin (the first two), Codex and Cline put their own words into the user's mouth. */
const reminderTags = [
  'system-reminder',
  'task-notification',
  'environment_context',
  'subagent_notification',
  'turn_aborted',
  'environment_details',
];
const isNotification = /NOT USER INPUT|<task-notification>|<subagent_notification>/;

/** The text without such elements. Without a regular expression: a hostile text of thousands of openings takes linear time. */
function withoutReminders(text: string): { isReminded: boolean; rest: string } {
  let rest = text.trim();
  let isReminded = false;
  for (;;) {
    const tag = reminderTags.find((name) => rest.startsWith(`<${name}>`));
    const end = tag === undefined ? -1 : rest.indexOf(`</${tag}>`);
    if (tag === undefined || end === -1) return { isReminded, rest };
    isReminded = true;
    rest = rest.slice(end + tag.length + 3).trimStart();
  }
}

/** Clients that cannot put an image into a result show it in a message behind, under a line such as "Attached media from tool result:". */
function isMediaOrLabel(block: unknown): boolean {
  const text = findText(block)?.trim() ?? '';
  return text === '' || isLabel.test(text);
}

const isLabel = /^(?:[^\n]{0,100}\b(?:tool|call)\b[^\n]{0,100}:|\([^\n]{0,100}\btool\b[^\n]{0,100}\))$/i;

function isBehindResult(messages: unknown[], index: number): boolean {
  const before = toObject(
    messages.findLast((message, at) => at < index && !isInstruction(toObject(message))),
  );
  if (before.role === 'user') return readSaid(before) === 'result';
  return before.role === 'tool' || /_output$/.test(String(before.type));
}

/** Headers that only requests of sub-agents, of compaction and of other work in the background carry. */
const agentHeaders = [
  // Claude Code
  'x-claude-code-agent-id',
  'x-claude-code-parent-agent-id',
  'x-claude-code-compaction',
  // opencode
  'x-parent-session-id',
  // Codex
  'x-openai-subagent',
  'x-openai-memgen-request',
  'x-codex-parent-thread-id',
];

/** Claude Code sends these if CLAUDE_CODE_GATEWAY_HINT_HEADERS is on. What a person asks on the side (`/btw`) is auxiliary, but of the main kind. */
const requestClass = 'x-claude-code-request-class';
const requestKind = 'x-claude-1p-request-class';

function isPersonal(headers: IncomingHttpHeaders): boolean {
  const { [requestClass]: named, [requestKind]: kind } = headers;
  return (
    [undefined, 'main', 'side_reply'].includes(named?.toString()) ||
    (named === 'auxiliary' && kind === 'main')
  );
}

function isNamedAgents(headers: IncomingHttpHeaders): boolean {
  return (
    headers['x-initiator'] === 'agent' ||
    agentHeaders.some((name) => headers[name] !== undefined) ||
    !isPersonal(headers)
  );
}

/** Codex describes each request in JSON, in a header and, for WebSockets, in the body. Compaction and warming up are kinds of their own. */
function isCodexAside({ client_metadata, input }: JsonObject, headers: IncomingHttpHeaders): boolean {
  const carried = toObject(client_metadata);
  if (agentHeaders.some((name) => carried[name] !== undefined)) return true;
  return [headers['x-codex-turn-metadata'], carried['x-codex-turn-metadata']].some((text) => {
    if (typeof text !== 'string') return false;
    const { request_kind, thread_source, parent_thread_id, window_number } = toObject(parseJson(text));
    const isTurn = request_kind === undefined || request_kind === 'turn';
    const isChild = thread_source === 'subagent' || typeof parent_thread_id === 'string';
    return !isTurn || isChild || (Number(window_number) > 0 && endsWithSummary(input));
  });
}

/** A turn that goes on in a new context window ends with the summary of the old one, in the user's role. Codex knows it by these words, too. */
function endsWithSummary(input: unknown): boolean {
  const last = toObject(Array.isArray(input) ? input.at(-1) : undefined);
  const [first] = Array.isArray(last.content) ? last.content : [];
  return findText(first)?.startsWith('Another language model started to solve this problem') ?? false;
}

/** Clients ask for a single token to see whether they would be answered. No person does. */
function isProbe({ max_tokens, max_completion_tokens, max_output_tokens }: JsonObject): boolean {
  return [max_tokens, max_completion_tokens, max_output_tokens].includes(1);
}

/**
 * Claude Code names sub-agents in the first line of its instructions. Work on the side that shares the conversation's cache, such as
 * compaction, is one text behind the assistant's turn, which has the last cache mark: a person's words have the mark themselves. A question
 * on the side (`/btw`) has two texts.
 */
function isClaudeCodeAside({ system, messages, tools }: JsonObject, headers: IncomingHttpHeaders): boolean {
  if (!isClient(headers, 'claude-cli/')) return false;
  const [first] = Array.isArray(system) ? system : [];
  const billing = toText(toObject(first).text) ?? '';
  if (billing.startsWith('x-anthropic-billing-header') && billing.includes('cc_is_subagent=true'))
    return true;
  // Its web search is a request of its own, with Anthropic's tool alone.
  if (Array.isArray(tools) && tools.length > 0 && tools.every(isServerTool)) return true;
  const [before, last] = Array.isArray(messages) ? messages.slice(-2).map(toObject) : [];
  const isOneText = last?.role === 'user' && (typeof last.content === 'string' || hasLength(last.content, 1));
  return isOneText && !isMarked(last) && before?.role === 'assistant' && isMarked(before);
}

function isServerTool(tool: unknown): boolean {
  const { type, input_schema } = toObject(tool);
  return typeof type === 'string' && type !== 'custom' && input_schema === undefined;
}

function hasLength(value: unknown, length: number): boolean {
  return Array.isArray(value) && value.length === length;
}

function isMarked({ content }: JsonObject): boolean {
  return Array.isArray(content) && content.some((block) => toObject(block).cache_control !== undefined);
}

/**
 * These agents send tools with everything that a person says; titles, summaries and the like go without. Claude Code can be run without
 * tools, but then it marks what is to be cached; pi can, too, but its instructions tell what a request is for.
 */
function isAsideWithoutTools(body: JsonObject, headers: IncomingHttpHeaders): boolean {
  const { tools, system, messages, cache_control } = body;
  if (Array.isArray(tools) && tools.length > 0) return false;
  if (isClient(headers, 'opencode/') || isClient(headers, 'QwenCode/')) return true;
  if (isClient(headers, 'pi/')) return /^You are a context summarization assistant\b/.test(findLabel(body));
  if (!isClient(headers, 'claude-cli/') || cache_control !== undefined) return false;
  const all = [{ content: system }, ...(Array.isArray(messages) ? messages : [])];
  return !all.some((message) => isMarked(toObject(message)));
}

const maxLabelLength = 200;

/** The start of the instructions, in any dialect. */
function findLabel({ system, instructions, messages, input }: JsonObject): string {
  const given = messages ?? input;
  const first = toObject(Array.isArray(given) ? given[0] : undefined);
  const content = system ?? instructions ?? (isInstruction(first) ? first.content : undefined);
  return findText(Array.isArray(content) ? content[0] : content)?.slice(0, maxLabelLength) ?? '';
}

/** Qwen Code's subagents go on with the person's conversation. They lack the tool that starts subagents, and its system text calls them so. */
function isQwenSubagent(body: JsonObject, headers: IncomingHttpHeaders): boolean {
  const { tools } = body;
  if (!isClient(headers, 'QwenCode/') || !Array.isArray(tools) || tools.length === 0) return false;
  const names = tools.map((tool) => toObject(toObject(tool).function).name);
  return !names.includes('agent') && /\bsub-?agent\b/i.test(findLabel(body));
}

function isClient(headers: IncomingHttpHeaders, prefix: string): boolean {
  return headers['user-agent']?.startsWith(prefix) ?? false;
}
