/** The bytes of a stream, cut where an event ends. */
export type EventCutter = {
  push(bytes: Uint8Array): void;
  /** All events that are whole. */
  take(): Uint8Array;
  /** The first `count` events with data that are here, without the others. */
  takeFirst(count: number): Uint8Array;
  /** What is left at the end of a stream that lacks the blank line after its last event; with that line. */
  takeRest(): Uint8Array;
};

const nothing = new Uint8Array();
const lineFeed = 10;
/** A blank line can be cut after all of its bytes but one. */
const overlapLength = 2;

export function createEventCutter(): EventCutter {
  let held: Buffer[] = [];
  let length = 0;
  /** Where the last whole event ends. */
  let end = 0;
  /** A copy: a part of the packet would keep all of it until the next one comes. */
  let overlap: Buffer = Buffer.alloc(0);

  function takeTo(position: number): Buffer {
    const all = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held);
    const rest = all.subarray(position);
    held = rest.length === 0 ? [] : [rest];
    length = rest.length;
    end = 0;
    return rest.length === 0 ? all : all.subarray(0, position);
  }

  return {
    push(bytes) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      held.push(buffer);
      length += buffer.length;
      // Nearly every packet ends with an event.
      if (buffer.at(-1) === lineFeed && buffer.at(-2) === lineFeed) end = length;
      else {
        const found = findLastEnd(overlap.length === 0 ? buffer : Buffer.concat([overlap, buffer]));
        if (found > 0) end = length - buffer.length - overlap.length + found;
      }
      const last = buffer.length < overlapLength ? Buffer.concat([overlap, buffer]) : buffer;
      overlap = Buffer.from(last.subarray(-overlapLength));
    },
    take: () => (end === 0 ? nothing : takeTo(end)),
    takeFirst: (count) => takeTo(findEventEnd(Buffer.concat(held).toString('latin1'), count)),
    takeRest() {
      const rest = takeTo(length);
      return /^\s*$/.test(rest.toString('latin1')) ? nothing : Buffer.concat([rest, Buffer.from('\n\n')]);
    },
  };
}

/** Behind the last blank line. A line may end with LF, CRLF or CR, and what ends with CR has ended, even if an LF follows. */
function findLastEnd(bytes: Buffer): number {
  const ends = ['\n\n', '\n\r', '\n\r\n', '\r\r'].map((blankLine) => {
    const index = bytes.lastIndexOf(blankLine, undefined, 'latin1');
    return index === -1 ? 0 : index + blankLine.length;
  });
  return Math.max(...ends);
}

function findEventEnd(text: string, count: number): number {
  let end = 0;
  let left = count;
  for (const blankLine of text.matchAll(/(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)/g)) {
    if (left === 0) break;
    const event = text.slice(end, blankLine.index);
    end = blankLine.index + blankLine[0].length;
    if (/^data/m.test(event)) left -= 1;
  }
  return end;
}
