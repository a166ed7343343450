import type { CallState, FileChange } from '../conversation/conversation.ts';
import type { ToolForm, ToolMessage } from '../dialects/chat-request.ts';
import type { JsonObject } from '../json-value.ts';

/** What a tool does to the world. Tools that only read run side by side. */
export type ToolEffect = 'read' | 'write' | 'execute' | 'network';

/** Something that the model may have done for it: a tool of the folder, or one of an MCP server. */
export type Tool = {
  /** As the model calls it: unique, at most 64 letters, digits, `_` and `-`. */
  name: string;
  /** As a person reads it. Plain text on one line. */
  title: string;
  description: string;
  /** A JSON Schema of an object. */
  inputSchema: JsonObject;
  /** What it is for a model that is used to a text of its own grammar: the text is then `input` in the schema. */
  form?: ToolForm;
  effect: ToolEffect;
  /** The MCP server that has it, and its name there. */
  server?: { name: string; tool: string };
  /**
   * Reads the input, finds out what the call would touch, and changes nothing. It is called just before the call is approved, after all
   * earlier calls. Throws ToolError for input that makes no sense.
   */
  plan(input: JsonObject, signal: AbortSignal): Promise<Plan>;
};

/** A call that could be made now. */
export type Plan = {
  /** What it would touch. Each needs a yes; an empty list needs none. */
  accesses: Access[];
  /**
   * Set if the call can only fail. If reading these is allowed, the failure is reported without a question. Otherwise the normal accesses are
   * asked about, so that the question itself reveals nothing about the file.
   */
  tells?: Access[];
  /** What it does, for a person: `view notes.md 1-40`, `bash npm test`. Text of others: it is made harmless where it is shown. */
  summary: string;
  /** What a person sees before a yes. */
  preview?: Preview;
  /** Does it. Throws ToolError for a failure that the model is told, and the signal's reason if it aborts. */
  run(context: RunContext): Promise<Outcome>;
};

/** Paths are absolute and real: links are followed. Who reads a folder reads the names and the files in it that are not special. */
export type Access =
  | { kind: 'read'; path: string; special?: SpecialPath; folder?: FolderReading }
  /** `reads`: it also tells what is in the file, so that rules that deny or ask for reading it hold. */
  | { kind: 'write'; path: string; special?: SpecialPath; reads?: true }
  | { kind: 'shell'; command: string }
  | { kind: 'url'; url: string }
  | { kind: 'mcp'; server: string; tool: string };

/** What is read of a folder: the names in it, or its files, too. */
export type FolderReading = 'names' | 'files';

/**
 * Why a path is not one that a person means by "the files of this folder". The first that holds: `own` is a file of this program, `credential`
 * looks like a file of secrets, `outside` is in none of the folders that the model was given, `hidden` has a part that begins with a dot, and
 * `ignored` is one that git ignores.
 */
export type SpecialPath = 'own' | 'credential' | 'outside' | 'hidden' | 'ignored';

/** Texts of others. `before` is undefined if there is no such file yet, `after` if it goes. A moved file keeps its permissions. */
export type Preview =
  | {
      type: 'diff';
      files: { path: string; before: string | undefined; after: string | undefined; movedFrom?: string }[];
    }
  | { type: 'command'; command: string; folder: string }
  | { type: 'text'; text: string };

export type RunContext = {
  signal: AbortSignal;
  /** Tells a person how it goes, in a few words. */
  onProgress(sentence: string): void;
};

/** What the model gets, and what was changed, so that it can be undone. */
export type Outcome = {
  parts: ToolMessage['parts'];
  /** A failure that the tool itself reports. */
  isError?: boolean;
  changes?: FileChange[];
};

/** A failure of a call that the model is told. It may do better next time. */
export class ToolError extends Error {
  override name = 'ToolError';
}

/** What the model is told after a no. What to do instead may follow. */
export const refusedByPerson = 'The user said no to this call';

/** Whether a call may be made. Never throws, except for the signal's reason. */
export type Approve = (request: ApprovalRequest, signal: AbortSignal) => Promise<Verdict>;

export type ApprovalRequest = { tool: Tool; plan: Plan };

/**
 * `reason` is told to the model: one sentence. `allow` is the rule that would allow it (`shell(npm test)`), and `why` says in half a sentence what
 * stands against it, if that is more than that no rule allows it, for a run without a terminal. `followsFiles`: what `allow` allows is also up to
 * the files of the folder.
 */
export type Verdict = { isAllowed: true } | ({ isAllowed: false; reason: string } & Refusal);

export type Refusal = { allow?: string; why?: string; followsFiles?: boolean };

/** `index` counts the calls of a run from 0. */
export type ToolEvent =
  | { type: 'tool-began'; index: number; name: string; summary: string; preview?: Preview }
  | { type: 'tool-progress'; index: number; sentence: string }
  | ({
      type: 'tool-ended';
      index: number;
      name: string;
      summary: string;
      state: CallState;
      /** What the model is told. */
      parts: ToolMessage['parts'];
      seconds: number;
      changes?: FileChange[];
    } & Refusal);
