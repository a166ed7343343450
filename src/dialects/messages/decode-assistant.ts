import { formatJson, type JsonObject } from '../../json-value.ts';
import { compact, readObject, readOptionalString, readString } from '../body-reader.ts';
import type { AssistantMessage } from '../chat-request.ts';
import { DialectError } from '../dialect.ts';
import { readMark, readText, refuseBlock } from './decode-parts.ts';

type AssistantPart = AssistantMessage['parts'][number];

export function readAssistantPart(block: JsonObject, path: string): AssistantPart {
  switch (block.type) {
    case 'text':
      return readText(block, path);
    case 'thinking': {
      const text = readString(block.thinking, `${path}.thinking`);
      const opaque = readOptionalString(block.signature, `${path}.signature`) || undefined;
      return compact({ type: 'reasoning' as const, text, opaque });
    }
    case 'redacted_thinking':
      return { type: 'reasoning', text: '', opaque: readString(block.data, `${path}.data`), redacted: true };
    case 'tool_use':
      return readCall(block, path);
    default:
      throw refuseBlock(block, path);
  }
}

function readInput(value: unknown, path: string): string {
  const text = formatJson(readObject(value ?? {}, path));
  if (text === undefined) throw new DialectError('is nested too deeply', path);
  return text;
}

function readCall(block: JsonObject, path: string): AssistantPart {
  return {
    type: 'tool-call',
    id: readString(block.id, `${path}.id`),
    name: readString(block.name, `${path}.name`),
    arguments: readInput(block.input, `${path}.input`),
    ...readMark(block, path),
  };
}
