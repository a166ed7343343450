import { parseJson } from '../../json-value.ts';
import { type ReplyReader, StreamError, TruncatedStreamError } from '../stream-decoder.ts';
import { createFrameReader } from './frame-reader.ts';
import { readPlainDelta } from './plain-delta.ts';

/** The stream of `/responses` to events. What comes behind the terminal event (`[DONE]`, from some) is passed over. */
export function createReplyReader(): ReplyReader {
  const reader = createFrameReader();
  return {
    push({ event, data }) {
      if (reader.isFinished() || event === 'ping') return [];
      const delta = readPlainDelta(data);
      if (delta) return reader.readDelta(delta);
      const frame = parseJson(data);
      if (frame === undefined && !isFiller(data))
        throw new StreamError('a message of the stream is not JSON');
      return reader.read(frame);
    },
    isDone: () => reader.isFinished(),
    end() {
      if (!reader.isFinished())
        throw new TruncatedStreamError('the stream ended before the reply was finished');
      return [];
    },
  };
}

function isFiller(data: string): boolean {
  const text = data.trim();
  return text === '' || text === '[DONE]';
}
