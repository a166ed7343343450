import { type JsonRecord, toArray, toRecord, toRecords, toText } from '../json.ts';

/** The last text that a user wrote, in a body of any dialect. */
export function findLastUserText(body: JsonRecord): string {
  if (typeof body.input === 'string') return body.input;
  const turns = toRecords(body.messages ?? body.input);
  const texts = turns.filter((turn) => turn.role === 'user').map((turn) => readText(turn.content));
  return texts.findLast((text) => text !== '') ?? '';
}

function readText(content: unknown): string {
  if (typeof content === 'string') return content;
  return toArray(content)
    .map((part) => toText(toRecord(part).text))
    .join('');
}
