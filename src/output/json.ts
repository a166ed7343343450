import type { ChatEvent, FinishEvent, Usage } from '../dialects/chat-event.ts';
import { CliError, type ErrorDescription } from '../errors.ts';
import { maskValue } from '../redact.ts';
import type { Output } from '../terminal/io.ts';
import { toUsageJson } from './usage.ts';

/** The version of everything that `--json` and `--jsonl` print. Add fields, but never rename one. */
export const schemaVersion = 1;

/** Facts that are not in the reply: the requested model, the id of the kept conversation, attachments, and notices. */
type Asked = {
  model: string;
  conversation?: string | undefined;
  attachments?: readonly Record<string, unknown>[];
  notices?: readonly string[];
};

export async function writeJson(output: Output, value: Record<string, unknown>): Promise<void> {
  await output.write(formatJson(value));
}

export function formatJson(value: Record<string, unknown>): string {
  return `${JSON.stringify({ schema_version: schemaVersion, ...value }, undefined, 2)}\n`;
}

/** Writes the whole reply as one object. A failure has the text so far in its data. */
export async function writeJsonReply(
  events: AsyncIterable<ChatEvent>,
  output: Output,
  asked: Asked,
): Promise<FinishEvent | undefined> {
  let text = '';
  const reasoning: string[] = [];
  let id: string | undefined;
  let model: string | undefined;
  let usage: Usage | undefined;
  let finish: FinishEvent | undefined;
  const toolCalls: { id: string | null; name: string | null; arguments: string }[] = [];

  const toReply = (): Record<string, unknown> => ({
    id: id ?? null,
    conversation_id: asked.conversation ?? null,
    model_requested: asked.model,
    attachments: asked.attachments ?? [],
    notices: asked.notices ?? [],
    model: model ?? asked.model,
    text,
    reasoning: reasoning.filter(Boolean).join('\n\n') || null,
    tool_calls: toolCalls,
    usage: toUsageJson(usage),
  });

  try {
    for await (const event of events) {
      switch (event.type) {
        case 'start':
          ({ id, model } = event);
          break;
        case 'text-delta':
          text += event.text;
          break;
        case 'reasoning-delta':
          reasoning[event.index] = (reasoning[event.index] ?? '') + event.text;
          break;
        case 'tool-call-delta': {
          const call = toolCalls[event.index];
          toolCalls[event.index] = {
            id: call?.id ?? event.id ?? null,
            name: call?.name ?? event.name ?? null,
            arguments: (call?.arguments ?? '') + event.arguments,
          };
          break;
        }
        case 'usage':
          usage = event.usage;
          break;
        case 'finish':
          finish = event;
          break;
        default:
          event satisfies never;
      }
    }
  } catch (error) {
    throw error instanceof CliError ? error.withData({ ...toReply(), ...error.data }) : error;
  }
  await writeJson(output, {
    ...toReply(),
    finish_reason: finish?.reason ?? 'other',
    ...(finish?.detail !== undefined && { finish_detail: finish.detail }),
  });
  return finish;
}

export async function writeJsonLines(
  events: AsyncIterable<ChatEvent>,
  output: Output,
  asked: Asked,
): Promise<FinishEvent | undefined> {
  let finish: FinishEvent | undefined;
  for await (const event of events) {
    await output.write(`${JSON.stringify({ schema_version: schemaVersion, ...toLine(event, asked) })}\n`);
    if (event.type === 'finish') finish = event;
  }
  return finish;
}

function toLine(event: ChatEvent, asked: Asked): Record<string, unknown> {
  switch (event.type) {
    case 'start':
      return {
        type: 'start',
        id: event.id ?? null,
        conversation_id: asked.conversation ?? null,
        model_requested: asked.model,
        attachments: asked.attachments ?? [],
        notices: asked.notices ?? [],
        model: event.model ?? asked.model,
      };
    case 'usage':
      return { type: 'usage', usage: toUsageJson(event.usage) };
    case 'tool-call-delta':
      return { ...event, id: event.id ?? null, name: event.name ?? null };
    case 'finish': {
      const { stopSequence, ...line } = event;
      return stopSequence === undefined ? line : { ...line, stop_sequence: stopSequence };
    }
    case 'text-delta':
    case 'reasoning-delta':
      return event;
    default:
      return event satisfies never;
  }
}

/** Replaces the result of a failed command: its data so far, and the error. One line for JSONL. */
export function toFailureJson(description: ErrorDescription, format: 'json' | 'jsonl'): string {
  const { code, exitCode, message, hint, details, data } = description;
  const error = {
    code,
    exit_code: exitCode,
    message,
    hint: hint ?? null,
    ...(maskValue(details) as Record<string, unknown>),
  };
  if (format === 'jsonl')
    return `${JSON.stringify({ schema_version: schemaVersion, type: 'error', error })}\n`;
  return `${JSON.stringify({ schema_version: schemaVersion, ...data, error }, undefined, 2)}\n`;
}
