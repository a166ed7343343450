import type { ToolKind } from '../config/setting-choices.ts';
import type { PromptFile } from './prompt-file.ts';

export type ConversationChoice = {
  /** Continue the latest conversation. */
  continueLast: boolean;
  /** Continue the conversation with this name or id, or begin one with this name. */
  session: string | undefined;
  /** Whether `session` has to exist. */
  mustExist: boolean;
  /** The person picks a conversation from a list. Until then, use a new one. */
  picks: boolean;
  /** Continue in a copy. */
  fork: boolean;
  /** False keeps nothing. */
  save: boolean;
};

/** The options of `chat` and `run`. */
export type ChatOptions = {
  words: string[];
  /** Open the chat, and send the prompt there. */
  interactive: boolean;
  model: string | undefined;
  system: string | undefined;
  /** Which conversation the prompt belongs to, and whether it is kept. */
  conversation: ConversationChoice;
  effort: string | undefined;
  /** The longest reply, in tokens. */
  maxTokens: number | undefined;
  /** The most that request and reply may cost, in AI credits; in a batch, all of them. */
  maxCredits: number | undefined;
  /** A file of tools that the model may call. */
  tools: string | undefined;
  toolUse: ToolUse;
  /** A prompt that is kept in a file; the words follow it. */
  promptFile: PromptFile | undefined;
  /** Attached files, folders, globs and URLs of text. */
  files: string[];
  /** Images and documents that go along. */
  attachments: string[];
  /** Whether words were read as files because they follow one. */
  hasShellFiles: boolean;
  /** The files of each `-f`. */
  fileLists: string[][];
  /** Whether the instruction files of the repository count. */
  instructions: boolean;
  /** Print the code of the answer alone. */
  extract: { language?: string | undefined; last: boolean } | undefined;
  /** A folder for the code blocks of the answer. */
  extractTo: string | undefined;
  /** A file that holds the JSON Schema which the answer must follow. */
  schema: string | undefined;
  /** Ask each line of stdin, or each file, separately. */
  batch: { each: 'line' | 'file'; jobs: number; output: string | undefined } | undefined;
  /** Print the request, and send nothing to the model. */
  dryRun: boolean;
  format: 'text' | 'json' | 'jsonl';
  /** Whether to lay out Markdown; undefined: if a person reads it. */
  render: boolean | undefined;
  showReasoning: boolean;
  showUsage: boolean;
  /** False leaves stdin alone. */
  stdin: boolean;
  /** How long all of it may take, in milliseconds. */
  timeoutMs: number | undefined;
  /** How long the service may stay silent, in milliseconds. */
  idleTimeoutMs: number | undefined;
};

/** How often the model is asked in one run, at most. */
export const usualMaxRounds = 25;

/** What the model may have done, as the flags say. */
export type ToolUse = {
  /** Undefined: nothing, or in the chat what the setting says. */
  kinds: readonly ToolKind[] | undefined;
  /** The kinds come to those of the prompt template or the setting, and do not replace them. */
  addsKinds: boolean;
  /** The files of the folder may be read where nobody can be asked: `--use` names `read`, or all is allowed. A rule alone opens what it names. */
  reads: boolean;
  /** Rules, as they were typed. */
  allow: readonly string[];
  ask: readonly string[];
  deny: readonly string[];
  allowAll: boolean;
  /** Folders beside the one that the program was started in. */
  folders: readonly string[];
  /** How often the model may be asked. */
  maxRounds: number | undefined;
  /** Files with servers, or their JSON. */
  mcpConfig: readonly string[];
};

/** Whether the files of the folder are open, if a prompt template switches `usual` on. */
export function opensReading({ reads, addsKinds }: ToolUse, usual: readonly ToolKind[] = []): boolean {
  return reads || (addsKinds && usual.includes('read'));
}

/** The kinds of tools that are on, if those of a prompt template or a setting are `usual`. */
export function chooseKinds({ kinds = [], addsKinds }: ToolUse, usual: readonly ToolKind[] = []): ToolKind[] {
  return [...new Set([...(addsKinds ? usual : []), ...kinds])];
}
