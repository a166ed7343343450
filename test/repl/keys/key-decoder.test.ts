import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Key } from '../../../src/repl/keys/key.ts';
import { createKeyDecoder, type KeyDecoder } from '../../../src/repl/keys/key-decoder.ts';
import { createRandom } from '../../helpers/random.ts';
import { describeKey, sequences } from './sequences.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function listen(marksPastes = false): { decoder: KeyDecoder; keys: Key[]; spelled: () => string[] } {
  const keys: Key[] = [];
  const decoder = createKeyDecoder({ onKey: (key) => keys.push(key), marksPastes: () => marksPastes });
  return { decoder, keys, spelled: () => joinTexts(keys).map(describeKey) };
}

/** Lets milliseconds go by, and one turn more: a faked timer that is set meanwhile needs a millisecond of its own. */
function pass(milliseconds: number): void {
  vi.advanceTimersByTime(milliseconds + 1);
}

/** What stands behind the end of a paste in one read may be of the paste, until nothing follows. */
function passBehindPaste(bytes: string): void {
  if (bytes.includes('\u001b[201~')) pass(40);
}

/** Text that came in two reads is two keys, and means the same as one. */
function joinTexts(keys: readonly Key[]): Key[] {
  const joined: Key[] = [];
  for (const key of keys) {
    const last = joined.at(-1);
    if (last?.type === 'text' && key.type === 'text')
      joined[joined.length - 1] = { type: 'text', text: last.text + key.text };
    else joined.push(key);
  }
  return joined;
}

const rows = Object.entries(sequences).flatMap(([sender, list]) =>
  list.map(([bytes, ...keys]) => ({ sender, bytes, keys, name: JSON.stringify(bytes) })),
);

describe('what terminals send', () => {
  it.each(rows)('$sender: $name', ({ bytes, keys }) => {
    const { decoder, keys: heard } = listen();
    decoder.push(bytes);
    passBehindPaste(bytes);
    expect(heard.map(describeKey)).toEqual(keys);
  });

  it.each(rows)('$sender: $name, torn at any byte', ({ bytes, keys }) => {
    const buffer = Buffer.from(bytes);
    const whole = listen();
    whole.decoder.push(bytes);
    passBehindPaste(bytes);
    expect(whole.keys.map(describeKey)).toEqual(keys);
    for (let cut = 1; cut < buffer.length; cut += 1) {
      const { decoder, spelled } = listen();
      const utf8 = new StringDecoder('utf8');
      decoder.push(utf8.write(buffer.subarray(0, cut)));
      vi.advanceTimersByTime(15);
      decoder.push(utf8.write(buffer.subarray(cut)));
      passBehindPaste(bytes);
      expect(spelled(), `cut at ${cut}`).toEqual(joinTexts(whole.keys).map(describeKey));
    }
  });

  it('is understood one byte at a time', () => {
    for (const { bytes } of rows) {
      const whole = listen();
      whole.decoder.push(bytes);
      const { decoder, spelled } = listen();
      for (const unit of bytes.split('')) decoder.push(unit);
      passBehindPaste(bytes);
      expect(spelled()).toEqual(whole.spelled());
    }
  });
});

describe('a sequence that stops', () => {
  it.each([
    ['\u001b', ['escape']],
    ['\u001b\u001b', ['escape', 'escape']],
    ['\u001b[', ['alt+[']],
    ['\u001bO', ['alt+shift+o']],
    ['\u001b]', ['alt+]']],
    ['\u001b\u001b[', ['escape', 'alt+[']],
  ])('%j is what a person typed, after 50 ms', (bytes, keys) => {
    const { decoder, spelled } = listen();
    decoder.push(bytes);
    vi.advanceTimersByTime(49);
    expect(spelled()).toEqual([]);
    pass(1);
    expect(spelled()).toEqual(keys);
  });

  it.each(['\u001b[1;', '\u001b]11;rgb:', '\u001bP1+r', '\u001b[M!'])(
    '%j waits for a slow line, and is dropped after a second',
    (bytes) => {
      const { decoder, spelled } = listen();
      decoder.push(bytes);
      vi.advanceTimersByTime(999);
      expect(spelled()).toEqual([]);
      pass(1);
      decoder.push('x');
      expect(spelled()).toEqual(['text x']);
    },
  );

  it.each([
    ['after a second, however fast the person types', '\u001b]11;rgb:0/0/0', [], ['text hello you']],
    ['at Enter', '\u001b]11;rgb:0/0/0', ['\r'], ['text hello you', 'enter']],
    ['at an arrow key', '\u001bP1$r', ['\u001b[A'], ['text hello you', 'up']],
    ['at the end', '\u001b_G', [], ['text hello you']],
  ])(
    'gives back what was typed behind it one by one, if its own end is lost: %s',
    (when, bytes, last, words) => {
      const { decoder, spelled } = listen();
      decoder.push(bytes);
      for (const character of 'hello you') {
        pass(when.includes('second') ? 120 : 20);
        decoder.push(character);
      }
      for (const key of last) decoder.push(key);
      if (when === 'at the end') decoder.end();
      expect(spelled()).toEqual(words);
    },
  );

  it.each(['\u0007', '\u001b\\'])('is no text where a slow line sends it one by one: %j', (end) => {
    const { decoder, spelled } = listen();
    for (const character of `\u001b]11;rgb:0000/1111/2222${end}x`) {
      decoder.push(character);
      pass(10);
    }
    expect(spelled()).toEqual(['background 0 17 34', 'text x']);
  });

  it('is not kept however long it is', () => {
    const { decoder, spelled } = listen();
    decoder.push('\u001b]52;c;');
    for (let index = 0; index < 200; index += 1) decoder.push('QUJD'.repeat(100));
    decoder.push('\u001b\\x\r');
    expect(spelled()).toEqual(['text x', 'enter']);
  });

  it('is emitted at the end', () => {
    const { decoder, spelled } = listen();
    decoder.push('a\u001b');
    decoder.end();
    expect(spelled()).toEqual(['text a', 'escape']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('uses the given timeout', () => {
    const keys: Key[] = [];
    const decoder = createKeyDecoder({ onKey: (key) => keys.push(key), escapeTimeoutMs: 5 });
    decoder.push('\u001b');
    pass(5);
    expect(keys.map(describeKey)).toEqual(['escape']);
  });
});

describe('a paste', () => {
  it('is one key however it was cut', () => {
    const random = createRandom(7);
    const text = Array.from({ length: 200 }, () => random.text(40).replaceAll('\r', '')).join('\u001b[2');
    const bytes = `\u001b[200~${text}\u001b[201~`;
    for (let round = 0; round < 50; round += 1) {
      const { decoder, keys } = listen();
      for (let at = 0; at < bytes.length; ) {
        const length = 1 + random.integer(30);
        decoder.push(bytes.slice(at, at + length));
        at += length;
      }
      pass(40);
      expect(keys).toEqual([{ type: 'paste', text }]);
    }
  });

  it('that never closes is emitted after eight seconds of silence', () => {
    const { decoder, spelled } = listen();
    decoder.push('\u001b[200~hello');
    vi.advanceTimersByTime(7_900);
    decoder.push(' there\u001b[20');
    vi.advanceTimersByTime(7_999);
    expect(spelled()).toEqual([]);
    pass(1);
    decoder.push('\r');
    expect(spelled()).toEqual(['paste hello there\u001b[20', 'enter']);
  });

  it.each(['\u0003', '\u001b[99;5u'])('whose end is lost is over at Ctrl+C: %j', (interrupt) => {
    const { decoder, spelled } = listen();
    decoder.push('\u001b[200~hello\r');
    decoder.push(interrupt);
    expect(spelled()).toEqual(['paste hello\n', 'ctrl+c']);
  });

  it('may hold the character of Ctrl+C', () => {
    const { decoder, keys } = listen();
    decoder.push('\u001b[200~one\u0003');
    decoder.push('\u0003two\u001b[201~');
    pass(40);
    expect(keys).toEqual([{ type: 'paste', text: 'one\u0003\u0003two' }]);
  });

  it('that is not over can be ended, and is nothing without text', () => {
    const { decoder, spelled } = listen();
    decoder.push('\u001b[200~hello\u001b[2');
    decoder.endPaste();
    decoder.endPaste();
    decoder.push('\u001b[200~');
    decoder.endPaste();
    expect(spelled()).toEqual(['paste hello\u001b[2']);
  });

  it('of a megabyte in small pieces is read once', () => {
    vi.useRealTimers();
    const { decoder, keys } = listen();
    const begin = process.cpuUsage();
    decoder.push('\u001b[200~');
    for (let index = 0; index < 65_536; index += 1) decoder.push('0123456789abcde\n');
    decoder.push('\u001b[201~');
    decoder.end();
    // To search all that came before with each piece takes five times as long.
    expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(1.5);
    expect(keys).toEqual([{ type: 'paste', text: '0123456789abcde\n'.repeat(65_536) }]);
  });
});

describe('an end mark inside a pasted text', () => {
  const begin = '\u001b[200~';
  const end = '\u001b[201~';

  it.each([
    [`${begin}x${end}\r!touch y\r${end}`, ['paste x\n!touch y\n']],
    [`${begin}x${end}${end}\r`, ['paste x', 'enter']],
    [`${begin}x${end}\r${end}!a${end}b`, ['paste x\n!a', 'text b']],
    // Nobody pastes twice so fast.
    [`${begin}x${end}\r${begin}y${end}\r`, ['paste x\ny', 'enter']],
    [`${begin}x${end}\r!touch y\r${begin}z${end}`, ['paste x\n!touch y\nz']],
    [`${begin}x${end}\r`, ['paste x', 'enter']],
  ])('does not make the rest typed: %j', (bytes, expected) => {
    const { decoder, spelled } = listen();
    decoder.push(bytes);
    pass(40);
    expect(spelled()).toEqual(expected);
  });

  it.each([50, 1000, 4095])('does not make the rest typed in later reads, of %i', (length) => {
    const text = `${end}\r!touch y\r\u001b[C${'word '.repeat(2_000)}`;
    for (const filler of [
      '',
      'z'.repeat(length - begin.length - end.length),
      'z'.repeat(length - end.length),
    ]) {
      const bytes = `${begin}${filler}${text}${end}`;
      const { decoder, spelled } = listen();
      for (let at = 0; at < bytes.length; at += length) {
        decoder.push(bytes.slice(at, at + length));
        vi.advanceTimersByTime(20);
      }
      decoder.push('w');
      pass(40);
      expect(spelled()).toEqual([
        `paste ${filler}${text.replaceAll(end, '').replaceAll('\r', '\n')}`,
        'text w',
      ]);
    }
  });

  it('does not make the rest typed, however many pieces it comes in', () => {
    const { decoder, keys } = listen();
    decoder.push(`${begin}x${end}y`);
    for (let index = 0; index < 200_000; index += 1) decoder.push('z');
    decoder.push(end);
    pass(40);
    expect(keys).toEqual([{ type: 'paste', text: `xy${'z'.repeat(200_000)}` }]);
  });

  it('keeps no key back that comes later', () => {
    const { decoder, spelled } = listen();
    decoder.push(`${begin}x${end}`);
    decoder.push('\r');
    pass(40);
    expect(spelled()).toEqual(['paste x', 'enter']);
    decoder.push('y');
    expect(spelled()).toEqual(['paste x', 'enter', 'text y']);
  });

  it('keeps what follows in the same read until Ctrl+C at the latest', () => {
    const { decoder, spelled } = listen();
    decoder.push(`${begin}x${end}y`);
    decoder.push('\u0003');
    expect(spelled()).toEqual(['paste x', 'text y', 'ctrl+c']);
  });
});

describe('several lines in one read, from a terminal that does not mark a paste', () => {
  it('are a paste, and are not sent', () => {
    const { decoder, spelled } = listen();
    decoder.push('one\rtwo\r\nthree\r');
    pass(50);
    expect(spelled()).toEqual(['paste one\ntwo\nthree\n']);
  });

  it('continue in the reads that follow at once', () => {
    const { decoder, spelled } = listen();
    decoder.push('one\rtwo');
    vi.advanceTimersByTime(10);
    decoder.push('\r');
    decoder.push('three\r');
    pass(50);
    decoder.push('\r');
    expect(spelled()).toEqual(['paste one\ntwo\nthree\n', 'enter']);
  });

  it('are one with a page that ends between them, too', () => {
    const { decoder, spelled } = listen();
    decoder.push('one\r\f\rtwo\r');
    pass(50);
    expect(spelled()).toEqual(['paste one\n\f\ntwo\n']);
  });

  const coloured = '\u001b[32m+ one\u001b[0m\r!\u001b[1;31mtwo\u001b[m\u001b[K\r';
  const shown = 'paste \u001b[32m+ one\u001b[0m\n!\u001b[1;31mtwo\u001b[m\u001b[K\n';

  it('are one with their colours, wherever a later read is cut', () => {
    for (let cut = coloured.indexOf('!'); cut <= coloured.length; cut += 1) {
      const { decoder, spelled } = listen();
      decoder.push(`lines\rof ${coloured.slice(0, cut)}`);
      decoder.push(coloured.slice(cut));
      pass(50);
      expect(spelled(), `cut at ${cut}`).toEqual([shown.replace('paste ', 'paste lines\nof ')]);
    }
  });

  it('are one with the backspaces of a page of a manual, and the bell', () => {
    const { decoder, spelled } = listen();
    const page = 'N\bNA\bAM\bME\bE\r     one two three four five six seven\u0007\r!ls\r';
    decoder.push(page);
    pass(50);
    expect(spelled()).toEqual([`paste ${page.replaceAll('\r', '\n')}`]);
  });

  it('end when a key is pressed', () => {
    const { decoder, spelled } = listen();
    decoder.push('one\rtwo');
    decoder.push('!\u0003');
    expect(spelled()).toEqual(['paste one\ntwo!', 'ctrl+c']);
  });

  it.each([
    ['hello\r', ['text hello', 'enter']],
    ['hello\r\r', ['text hello', 'enter', 'enter']],
    ['\rhello', ['enter', 'text hello']],
    ['/model\r', ['text /model', 'enter']],
    ['hello\n', ['text hello', 'ctrl+j']],
    ['\u001bb\r', ['alt+b', 'enter']],
    ['a\u001b[A\rb', ['text a', 'up', 'enter', 'text b']],
  ])('%j is not one', (bytes, keys) => {
    const { decoder, spelled } = listen();
    decoder.push(bytes);
    expect(spelled()).toEqual(keys);
  });
});

describe('several lines in one read, from a terminal that marks pastes', () => {
  it.each([
    ['/retry\raa\r', ['text /retry', 'enter', 'text aa', 'enter']],
    ['y\raa', ['text y', 'enter', 'text aa']],
    ['!ls\rhello', ['text !ls', 'enter', 'text hello']],
  ])('are what was typed while the program was busy: %j', (bytes, keys) => {
    const { decoder, spelled } = listen(true);
    decoder.push(bytes);
    expect(spelled()).toEqual(keys);
  });

  it.each([
    ['a command', 'hello\r!touch x\r'],
    ['more than anybody types in one read', `${'one two three '.repeat(3)}\rfour\r`],
  ])('are a paste all the same if they hold %s', (_, bytes) => {
    const { decoder, spelled } = listen(true);
    decoder.push(bytes);
    pass(50);
    expect(spelled()).toEqual([`paste ${bytes.replaceAll('\r', '\n')}`]);
  });

  it('are known to come from one by an earlier paste', () => {
    const { decoder, spelled } = listen();
    decoder.push('\u001b[200~one\rtwo\u001b[201~');
    pass(40);
    decoder.push('y\raa\r');
    expect(spelled()).toEqual(['paste one\ntwo', 'text y', 'enter', 'text aa', 'enter']);
  });

  it('are known to come from one by its report', () => {
    const { decoder, spelled } = listen();
    decoder.push('\u001b[?2004;1$y\u001b[?2004;0$y\u001b[?2026;1$y');
    expect(spelled()).toEqual(['paste-marks true', 'paste-marks false']);
  });
});

describe('a program that was busy for longer than the rest of a sequence or paste may take', () => {
  beforeEach(() => void vi.useRealTimers());

  it.each([
    ['a paste', 'one\rtwo ', 'three\r', 'paste one\ntwo three\n'],
    ['a key', '\u001b', '[A', 'up'],
  ])('reads the rest of %s before it gives up', async (_, begun, rest, expected) => {
    const keys: Key[] = [];
    const decoder = createKeyDecoder({ onKey: (key) => keys.push(key), escapeTimeoutMs: 20 });
    const server = createServer((socket) =>
      socket.setEncoding('utf8').on('data', (text) => decoder.push(String(text))),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await Promise.all([once(server, 'connection'), once(client, 'connect')]);
    decoder.push(begun);
    client.write(rest);
    const until = performance.now() + 60;
    while (performance.now() < until);
    await vi.waitFor(() => expect(keys).not.toEqual([]));
    client.destroy();
    server.close();
    expect(keys.map(describeKey)).toEqual([expected]);
  });
});

describe('random bytes', () => {
  it('never throw, and never become text that moves a cursor', () => {
    const random = createRandom(11);
    const pieces = [
      '\u001b',
      '[',
      'O',
      ']',
      '\u001b[',
      '200~',
      '201~',
      ';',
      ':',
      '5',
      '?',
      '$',
      '~',
      'u',
      'M',
      '\u0007',
      '\\',
    ];
    for (let round = 0; round < 1000; round += 1) {
      const { decoder, keys } = listen();
      for (let index = random.integer(12); index >= 0; index -= 1) {
        decoder.push(random.chance(0.6) ? random.pick(pieces) : String.fromCharCode(random.integer(255)));
        if (random.chance(0.1)) vi.advanceTimersByTime(random.pick([10, 60, 1100, 8100]));
      }
      decoder.end();
      const texts = keys.flatMap((key) => (key.type === 'text' ? [key.text] : []));
      expect(texts.filter((text) => text === '' || /[\u0000-\u001f\u007f-\u009f]/.test(text))).toEqual([]);
      const names = keys.flatMap((key) => (key.type === 'key' ? [key.name] : []));
      expect(names.filter((name) => name === '' || /[\u0000-\u0020\u007f-\u009f]/.test(name))).toEqual([]);
    }
  });
});
