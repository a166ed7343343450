import type { RecordedRequest } from '../recorded-request.ts';

export type AnswerStyle = 'openai' | 'claude' | 'gemini';

/** Token counts as the service sees them; input includes what came from the cache. */
export type Usage = {
  inputTokens: number;
  cachedInputTokens: number;
  cacheWriteTokens: number;
  /** Of those, what is kept for an hour; nothing when left out. */
  longCacheWriteTokens?: number;
  outputTokens: number;
  reasoningTokens: number;
};

export type AnsweredToolCall = {
  id?: string;
  name: string;
  /** Of the tool; found among the tools of a request to /responses when left out. */
  namespace?: string;
  /** JSON text, or free text for a custom tool; a string is cut in deltas, several strings are the deltas. */
  arguments: string | Iterable<string>;
};

export type Finish =
  | 'stop'
  | 'length'
  | 'tool_calls'
  | 'content_filter'
  | 'function_call'
  | 'error'
  | 'cancelled'
  /** Claude's own word for a refusal; the other dialects have a field for it. */
  | 'refusal'
  /** Words of Gemini and Claude, which the gateway hands on as they are. */
  | 'malformed_function_call'
  | 'recitation'
  | 'SAFETY'
  | 'pause_turn'
  /** No finish reason at all. */
  | 'missing';

/** What the model says, whichever dialect asks. An answer without text and tool calls repeats the last user text. */
export type Answer = {
  /** A string is cut in words, or as `deltaLength` says; several strings are the deltas. */
  text?: string | Iterable<string>;
  /** The words with which it declines, in the field that the dialect has for them; Claude says them as text. */
  refusal?: string | Iterable<string>;
  /** What GPT models say in a message of its own before the answer, on /responses alone. */
  commentary?: string;
  /** A search of the web before the answer, on /responses, if the request has a tool for it that the model serves. */
  webSearch?: { query: string; sources?: { url: string; title: string }[] };
  /** What the last event of /responses holds of the output that was streamed; all of it when left out. */
  closingOutput?: 'empty' | 'missing';
  reasoning?: string | Iterable<string>;
  /** The opaque half of reasoning: reasoning_opaque, encrypted_content or signature. Made up when left out. */
  reasoningOpaque?: string;
  /** The key that reasoning has in chat deltas; cot_summary is followed by a cot_id after the finish. */
  reasoningField?: 'reasoning_text' | 'cot_summary';
  /** Chat streams put reasoning after the text. */
  reasoningLast?: boolean;
  toolCalls?: AnsweredToolCall[];
  /** `tool_calls` with tool calls, else `stop`, when left out. */
  finish?: Finish;
  /** Counts that replace the estimates. */
  usage?: Partial<Usage>;
  /** Cuts texts in deltas of so many characters. */
  deltaLength?: number;
  /** Pause before the headers. */
  firstDelayMs?: number;
  /** Pause between the headers and the first word, thought or argument. */
  firstTokenDelayMs?: number;
  /** Pause before each delta. */
  deltaDelayMs?: number;
  /** Pause before each delta, as long as its tokens take. As fast as the caller reads when left out. */
  tokensPerSecond?: number;
  /** Whose habits a chat stream has; follows the model's vendor when left out. */
  style?: AnswerStyle;
  /** Where chat streams put usage; follows the style when left out. */
  usagePlacement?: 'finish' | 'separate' | 'none';
  /** Whether `[DONE]` ends the stream; follows the style and the dialect when left out. */
  done?: boolean;
  /** copilot_annotations on the last text delta. */
  annotations?: Record<string, unknown>;
};

/** Decides the answer by the request; undefined gives the default answer. */
export type AnswerFunction = (request: RecordedRequest) => Answer | undefined | Promise<Answer | undefined>;
