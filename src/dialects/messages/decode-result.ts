import type { JsonObject } from '../../json-value.ts';
import { readOptionalFlag, readString } from '../body-reader.ts';
import type { DocumentPart, ImagePart, TextPart, ToolMessage } from '../chat-request.ts';
import { readMark, readUserPart, readBlocks } from './decode-parts.ts';

/** A tool's result, and the documents in it, which no other dialect has there: they follow it as the user's. */
export function readToolResult(
  block: JsonObject,
  path: string,
): { message: ToolMessage; documents: DocumentPart[] } {
  const { content } = block;
  const blocks = content === undefined || content === null ? [] : readBlocks(content, `${path}.content`);
  const parts: ToolMessage['parts'] = [];
  const documents: DocumentPart[] = [];
  for (const [index, inner] of blocks.entries()) {
    const part = readResultPart(inner, `${path}.content.${index}`);
    if (part.type === 'document') documents.push(part);
    else parts.push(part);
  }
  const message: ToolMessage = {
    role: 'tool',
    callId: readString(block.tool_use_id, `${path}.tool_use_id`),
    parts,
    isError: readOptionalFlag(block.is_error, `${path}.is_error`) ?? false,
    ...readMark(block, path),
  };
  return { message, documents };
}

/** A `tool_reference` answers a search for tools, whose definitions come with every request anyway. */
function readResultPart(block: JsonObject, path: string): TextPart | ImagePart | DocumentPart {
  if (block.type !== 'tool_reference') return readUserPart(block, path);
  return { type: 'text', text: readString(block.tool_name, `${path}.tool_name`) };
}
