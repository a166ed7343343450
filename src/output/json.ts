import type { ChatEvent, FinishReason, Usage } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';
import type { Output } from '../terminal/io.ts';
import { toUsageJson } from './usage.ts';

/** The version of everything printed by `--json` and `--jsonl`. Fields are added, never renamed. */
export const schemaVersion = 1;

/** What was asked for, beside what came. `conversation` is the id of the one that was kept; `attachments` went along; `notices` say what is not as expected. */
export type Asked = {
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

/** The whole reply as one object on `output`. A failure carries what had come by then as its data. */
export async function writeJsonReply(
  events: AsyncIterable<ChatEvent>,
  output: Output,
  asked: Asked,
): Promise<FinishReason> {
  let text = '';
  const reasoning: string[] = [];
  let id: string | undefined;
  let model: string | undefined;
  let usage: Usage | undefined;
  let finish: FinishReason = 'other';
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
          finish = event.reason;
          break;
        default:
          event satisfies never;
      }
    }
  } catch (error) {
    throw error instanceof CliError ? error.withData({ ...toReply(), ...error.data }) : error;
  }
  await writeJson(output, { ...toReply(), finish_reason: finish });
  return finish;
}
