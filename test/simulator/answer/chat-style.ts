import type { AnswerStyle } from './answer.ts';

/** How the chat streams of one backend differ from those of another. */
export type ChatTraits = {
  /** The first chunk holds content-filter results and nothing else. */
  startsWithPromptFilter: boolean;
  /** The role comes in a chunk of its own, with empty content, before text or reasoning. */
  hasRoleChunk: boolean;
  /** What stands beside text and beside reasoning in a delta. */
  besideText: Record<string, string | null>;
  besideReasoning: Record<string, string | null>;
  object: string | undefined;
  /** Choices have no index, and text and tool calls are choices of their own. */
  splitsChoices: boolean;
  /** Text and reasoning take index 0 from the tool calls. */
  countsContentAsTool: boolean;
  /** A tool call comes in one delta. */
  sendsWholeToolCalls: boolean;
  repeatsToolCallId: boolean;
  /** The finish reason of a message with tool calls. */
  toolFinish: 'tool_calls' | 'stop';
  /** The opaque half of reasoning comes in the finish chunk. */
  finishesWithOpaque: boolean;
  usagePlacement: 'finish' | 'separate' | 'none';
  /** copilot_usage comes in a chunk of its own. */
  hasMetadataChunk: boolean;
  done: boolean;
};

export const chatTraits: Record<AnswerStyle, ChatTraits> = {
  openai: {
    startsWithPromptFilter: true,
    hasRoleChunk: true,
    besideText: {},
    besideReasoning: {},
    object: undefined,
    splitsChoices: false,
    countsContentAsTool: false,
    sendsWholeToolCalls: false,
    repeatsToolCallId: false,
    toolFinish: 'tool_calls',
    finishesWithOpaque: false,
    usagePlacement: 'finish',
    hasMetadataChunk: false,
    done: true,
  },
  claude: {
    startsWithPromptFilter: false,
    hasRoleChunk: true,
    besideText: { role: null },
    besideReasoning: { content: null, role: null },
    object: undefined,
    splitsChoices: true,
    countsContentAsTool: true,
    sendsWholeToolCalls: false,
    repeatsToolCallId: true,
    toolFinish: 'tool_calls',
    finishesWithOpaque: false,
    usagePlacement: 'separate',
    hasMetadataChunk: true,
    done: true,
  },
  gemini: {
    startsWithPromptFilter: false,
    hasRoleChunk: false,
    besideText: { role: 'assistant' },
    besideReasoning: { role: 'assistant' },
    object: 'chat.completion.chunk',
    splitsChoices: false,
    countsContentAsTool: false,
    sendsWholeToolCalls: true,
    repeatsToolCallId: false,
    toolFinish: 'stop',
    finishesWithOpaque: true,
    usagePlacement: 'separate',
    hasMetadataChunk: false,
    done: false,
  },
};
