import type { ChatEvent, ReasoningDeltaEvent, TextDeltaEvent, ToolCallDeltaEvent } from '../chat-event.ts';
import { createJsonScanner, type JsonScanner } from './json-scanner.ts';

/** A content block in the making. `text` is what came and is not written yet. */
export type ReplyBlock = TextBlock | ThoughtBlock | CallBlock;
type TextBlock = { kind: 'text'; text: string };
type ThoughtBlock = { kind: 'thought'; index: number; text: string; opaque: string; isRedacted: boolean };
export type CallBlock = {
  kind: 'call';
  index: number;
  text: string;
  id: string | undefined;
  name: string | undefined;
  scanner: JsonScanner;
};

export type ReplyBlocks = {
  /** In order; what is written may be taken from the front. */
  list: ReplyBlock[];
  /** Adds an event to the block that it belongs to, the last one or a new one, but for calls, which may come interleaved. */
  add(event: ChatEvent): void;
  hasCalls(): boolean;
};

export function createReplyBlocks(): ReplyBlocks {
  const list: ReplyBlock[] = [];
  const calls = new Map<number, CallBlock>();
  let isSeparated = false;

  /** Each message is a block of its own, which needs no blank line in front of it. */
  function addText({ text, kind }: TextDeltaEvent): void {
    const last = list.at(-1);
    if (kind === 'separator') isSeparated = true;
    if (text === '' || kind === 'separator') return;
    if (last?.kind === 'text' && !isSeparated) last.text += text;
    else list.push({ kind: 'text', text });
    isSeparated = false;
  }

  function addThought({ index, text, opaque = '', redacted = false }: ReasoningDeltaEvent): void {
    const last = list.at(-1);
    if (text === '' && opaque === '' && !redacted) return;
    if (last?.kind !== 'thought' || last.index !== index) {
      list.push({ kind: 'thought', index, text: redacted ? '' : text, opaque, isRedacted: redacted });
      return;
    }
    if (!last.isRedacted) last.text += text;
    last.opaque ||= opaque;
  }

  function addCall({ index, id, name, arguments: text }: ToolCallDeltaEvent): void {
    let call = calls.get(index);
    if (!call) {
      call = { kind: 'call', index, id: undefined, name: undefined, text: '', scanner: createJsonScanner() };
      calls.set(index, call);
      list.push(call);
    }
    call.id ??= id;
    call.name ??= name;
    call.text += text;
    call.scanner.push(text);
  }

  return {
    list,
    add(event) {
      if (event.type === 'text-delta') addText(event);
      else if (event.type === 'reasoning-delta') addThought(event);
      else if (event.type === 'tool-call-delta') addCall(event);
    },
    hasCalls: () => calls.size > 0,
  };
}
