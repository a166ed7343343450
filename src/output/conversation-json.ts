import { type CallResult, type Conversation, type Turn, toTitle } from '../conversation/conversation.ts';
import { listBranch, toResultText } from '../conversation/current-branch.ts';
import type { FoundTurn } from '../conversation/store.ts';
import type { Summary } from '../conversation/summaries.ts';
import { toUsageJson } from './usage.ts';

/** One of `sessions list --json`. */
export function toSummaryJson(summary: Summary): Record<string, unknown> {
  const { id, name, title, createdAt, updatedAt, turns, model, credits } = summary;
  return {
    id,
    name: name ?? null,
    title,
    created_at: createdAt,
    updated_at: updatedAt,
    turns,
    model: model ?? null,
    credits: credits ?? null,
    kind: toKind(summary),
  };
}

/** One of `sessions search --json`. */
export function toFoundJson({ summary, turn, snippet }: FoundTurn): Record<string, unknown> {
  const { id, name, title } = summary;
  return {
    conversation: { id, name: name ?? null, title },
    turn: { id: turn.id, role: turn.role, at: turn.at },
    snippet,
  };
}

/** `--continue` and `--resume` offer chats, but no one-shots. */
export function toKind({ isOneShot }: Summary): 'chat' | 'one-shot' {
  return isOneShot ? 'one-shot' : 'chat';
}

/** `sessions show --json`: the whole current branch, with descriptions of files but not their content. */
export function toBranchJson(conversation: Conversation): Record<string, unknown> {
  const turns = listBranch(conversation).map((turn) => toTurnJson(turn, toFileNote));
  return { ...toHeadJson(conversation), turns };
}

/** `sessions export --format json`: every turn of every branch, oldest first, and the files. */
export function toTreeJson(conversation: Conversation): Record<string, unknown> {
  const turns = [...conversation.turns.values()].map((turn) => toTurnJson(turn, toFileData));
  return { ...toHeadJson(conversation), head: conversation.head ?? null, turns };
}

function toHeadJson(conversation: Conversation): Record<string, unknown> {
  const { id, name, createdAt, updatedAt } = conversation;
  return {
    id,
    name: name ?? null,
    title: toTitle(conversation),
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

/** Describes the content of a file, which is base64. */
type DescribeData = (data: string) => Record<string, unknown>;

const toFileNote: DescribeData = (data) => ({ bytes: Buffer.byteLength(data, 'base64') });
const toFileData: DescribeData = (data) => ({ ...toFileNote(data), data });

function toTurnJson(turn: Turn, describeData: DescribeData): Record<string, unknown> {
  const { id, parent = null, role, at } = turn;
  const parts = turn.parts.map((part) => toPartJson(part, describeData));
  if (turn.role === 'user') return { id, parent, role, at, system: turn.system ?? null, parts };
  const { model, finish, failure, usage, results } = turn;
  return {
    id,
    parent,
    role,
    at,
    model,
    parts,
    ...(results && { results: results.map(toResultJson) }),
    finish_reason: finish ?? null,
    failure: failure ?? null,
    usage: toUsageJson(usage),
  };
}

/** `result` is null if the program ended during the call. */
function toResultJson({ call, parts, isError = false, changes = [] }: CallResult): Record<string, unknown> {
  return {
    call,
    result: parts ? toResultText(parts) : null,
    is_error: isError,
    changed: changes.map(({ path }) => path),
  };
}

function toPartJson(part: Turn['parts'][number], describeData: DescribeData): Record<string, unknown> {
  switch (part.type) {
    case 'text':
      return { type: part.type, text: part.text };
    case 'reasoning':
      return { type: part.type, text: part.text, redacted: part.redacted ?? false };
    case 'tool-call':
      return { type: part.type, id: part.id, name: part.name, arguments: part.arguments };
    case 'document':
      return {
        type: part.type,
        media_type: part.mediaType,
        title: part.title ?? null,
        ...describeData(part.data),
      };
    case 'image':
      if ('url' in part.source) return { type: 'text', text: part.source.url };
      return { type: part.type, media_type: part.source.mediaType, ...describeData(part.source.data) };
    default:
      return part satisfies never;
  }
}
