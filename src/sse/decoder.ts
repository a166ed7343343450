import { isAscii } from 'node:buffer';
import { once } from '../once.ts';

/** One server-sent event: `data` lines joined by newlines, and the name given by its `event` line. */
export type SseMessage = { event: string | undefined; data: string };

export type SseDecoder = {
  /** The messages completed by these bytes, in order. */
  push(bytes: Uint8Array): SseMessage[];
  /** The last message if the stream ended without the blank line that should close it. */
  end(): SseMessage[];
};

/** A line or a message past the limit: the other side is broken, or wants to fill our memory. */
export class SseTooLongError extends Error {
  override readonly name = 'SseTooLongError';
}

const tooLong = 'a line of the stream is too long';
/** What is counted for each line of data after the first: even an empty one takes memory. */
const furtherLineCost = 32;

/**
 * Bytes to messages, wherever packets are cut: inside a character, a line ending or a field. Line endings
 * are LF, CRLF or CR, as the WHATWG event-stream grammar has them; comments and unknown fields are skipped.
 *
 * @param maxLength of a line, and of the data of a message, in UTF-16 code units. Copilot sends single lines of up to 20 MB.
 */
export function createSseDecoder(maxLength = 32 * 1024 * 1024): SseDecoder {
  const decoder = createTextDecoder();
  let partialLine: string[] = [];
  let partialLength = 0;
  let skipLineFeed = false;
  let event: string | undefined;
  let data: string | undefined;
  let lineCount = 0;

  /** Cuts `text` at line endings; what follows the last one waits for more. */
  function readText(text: string, messages: SseMessage[]): void {
    let start = 0;
    if (skipLineFeed && text !== '') {
      if (text.charCodeAt(0) === 10) start = 1;
      skipLineFeed = false;
    }
    let lineFeed = text.indexOf('\n', start);
    let carriageReturn = text.indexOf('\r', start);
    while (lineFeed !== -1 || carriageReturn !== -1) {
      const atReturn = carriageReturn !== -1 && (lineFeed === -1 || carriageReturn < lineFeed);
      const end = atReturn ? carriageReturn : lineFeed;
      if (partialLength === 0) readLine(text, start, end, messages);
      else {
        const line = completeLine(text.slice(start, end));
        readLine(line, 0, line.length, messages);
      }
      start = end + 1;
      if (atReturn && lineFeed === start) start += 1;
      else if (atReturn && start === text.length) skipLineFeed = true;
      if (lineFeed !== -1 && lineFeed < start) lineFeed = text.indexOf('\n', start);
      if (carriageReturn !== -1 && carriageReturn < start) carriageReturn = text.indexOf('\r', start);
    }
    keepPartial(text.slice(start));
  }

  function completeLine(end: string): string {
    keepPartial(end);
    const line = partialLine.join('');
    partialLine = [];
    partialLength = 0;
    return line;
  }

  function keepPartial(text: string): void {
    if (text === '') return;
    partialLine.push(text);
    partialLength += text.length;
    if (partialLength > maxLength) throw new SseTooLongError(tooLong);
  }

  /** The line stands in `text` from `start` to `end`; only its value is cut out, because there are millions of lines. */
  function readLine(text: string, start: number, end: number, messages: SseMessage[]): void {
    if (start === end) {
      if (data !== undefined) messages.push({ event, data });
      event = undefined;
      data = undefined;
      lineCount = 0;
      return;
    }
    if (end - start > maxLength) throw new SseTooLongError(tooLong);
    if (text.startsWith('data:', start)) keepData(text.slice(skipBlank(text, start + 5), end));
    else if (text.startsWith('event:', start)) event = text.slice(skipBlank(text, start + 6), end);
    else if (end - start === 4 && text.startsWith('data', start)) keepData('');
  }

  function keepData(line: string): void {
    data = data === undefined ? line : `${data}\n${line}`;
    lineCount += 1;
    if (data.length + lineCount * furtherLineCost > maxLength + furtherLineCost)
      throw new SseTooLongError('a message of the stream is too long');
  }

  return {
    push(bytes) {
      const messages: SseMessage[] = [];
      readText(decoder.decode(bytes), messages);
      return messages;
    },
    end() {
      const messages: SseMessage[] = [];
      readText(`${decoder.end()}\n`, messages);
      readText('\n', messages);
      return messages;
    },
  };
}

/** One blank after the colon belongs to neither the name nor the value. A line that ends at the colon has none. */
function skipBlank(text: string, position: number): number {
  return text.charCodeAt(position) === 32 ? position + 1 : position;
}

const firstBeyondAscii = 0x80;
const byteOrderMark = '\ufeff';

/** A TextDecoder for a stream. Node 20 takes six times as long with one as for bytes that are known to be ASCII, and nearly all packets are. */
function createTextDecoder(): { decode(bytes: Uint8Array): string; end(): string } {
  // It would take a mark behind ASCII for the first character. Making it takes as long as reading the first packets.
  const decoder = once(() => new TextDecoder('utf-8', { ignoreBOM: true }));
  let isBegun = false;
  let isWhole = true;

  function decodeAll(bytes: Uint8Array): string {
    if (isWhole && isAscii(bytes))
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    isWhole = (bytes.at(-1) ?? firstBeyondAscii) < firstBeyondAscii;
    return decoder().decode(bytes, { stream: true });
  }

  return {
    decode(bytes) {
      const text = decodeAll(bytes);
      if (isBegun || text === '') return text;
      isBegun = true;
      return text.startsWith(byteOrderMark) ? text.slice(1) : text;
    },
    end: () => (isWhole ? '' : decoder().decode()),
  };
}
