import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  createReadStream,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Input } from '../../src/terminal/io.ts';
import { readStdinText } from '../../src/terminal/stdin-text.ts';

const { signal } = new AbortController();

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function openFile(path: string): Input {
  const fd = openSync(path, 'r');
  return { isTerminal: false, stream: Object.assign(createReadStream('', { fd }), { fd }) };
}

function toFile(content: string | Uint8Array): Input {
  const path = join(createFolder(), 'stdin');
  writeFileSync(path, content);
  return openFile(path);
}

type Pipe = { input: Input; write(data: string | Uint8Array): void; end(): void };

/** A real pipe, both ends of it ours. */
function createPipe(): Pipe {
  const path = join(createFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  let isOpen = true;
  const end = (): void => {
    if (isOpen) closeSync(writer);
    isOpen = false;
  };
  onTestFinished(end);
  const stream = Object.assign(new Socket({ fd, readable: true, writable: false }), { fd });
  onTestFinished(() => void stream.destroy());
  return {
    input: { isTerminal: false, stream },
    write: (data) => void (typeof data === 'string' ? writeSync(writer, data) : writeSync(writer, data)),
    end,
  };
}

const read = (input: Input, patience?: number) => readStdinText(input, { patience, signal });

describe('the text of stdin', () => {
  it.each<[name: string, content: string | Uint8Array, text: string]>([
    ['is what the file holds', 'a\nb', 'a\nb'],
    ['lacks its last line end', 'a\nb\n', 'a\nb'],
    ['lacks its last line end of Windows', 'a\r\nb\r\n', 'a\r\nb'],
    ['lacks one line end and no more', 'a\n\n', 'a\n'],
    ['keeps blanks at both ends', '  a \n', '  a '],
    ['is empty where the file is', '', ''],
    ['lacks the mark of UTF-8', '\ufeffa', 'a'],
    ['is UTF-16 where its mark says so', Buffer.from('\ufeffGrüße\r\n', 'utf16le'), 'Grüße'],
    ['keeps other alphabets', 'žluťoučký 🐎\n', 'žluťoučký 🐎'],
  ])('%s', async (_, content, text) => {
    expect(await read(toFile(content), 1)).toBe(text);
  });

  it('is empty if stdin is /dev/null, without waiting', async () => {
    expect(await read(openFile('/dev/null'), 1)).toBe('');
  });

  it.each<[name: string, content: string | Uint8Array, message: string]>([
    ['is of another encoding', Buffer.from('Grüße', 'latin1'), 'stdin is not UTF-8 text'],
    ['ends inside a character', Buffer.from('ü').subarray(0, 1), 'stdin is not UTF-8 text'],
    ['is binary', 'PK\u0000\u0001', 'stdin is binary data, not text'],
  ])('is refused if it %s', async (_, content, message) => {
    await expect(read(toFile(content))).rejects.toMatchObject({ code: 'usage', message });
  });

  it('cannot be read from a folder', async () => {
    await expect(read(openFile(tmpdir()))).rejects.toMatchObject({
      code: 'usage',
      message: 'stdin is a folder',
    });
  });
});

describe('a pipe as stdin', () => {
  it('is read to its end, wherever it is cut', async () => {
    const pipe = createPipe();
    const reading = read(pipe.input);
    const bytes = Buffer.from('🐎 and more\n');
    for (const byte of bytes.subarray(0, 3)) {
      const arrived = once(pipe.input.stream, 'data');
      pipe.write(Uint8Array.of(byte));
      await arrived;
    }
    pipe.write(bytes.subarray(3));
    pipe.end();
    expect(await reading).toBe('🐎 and more');
  });

  it('is given up if it stays silent for too long, and does not hold the process', async () => {
    const pipe = createPipe();
    expect(await read(pipe.input, 20)).toBeUndefined();
    expect(pipe.input.stream.destroyed).toBe(true);
  });

  it('is not given up once it has begun to speak', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const pipe = createPipe();
    const reading = read(pipe.input, 3000);
    const arrived = once(pipe.input.stream, 'data');
    pipe.write('slow ');
    await arrived;
    vi.advanceTimersByTime(60_000);
    pipe.write('build');
    pipe.end();
    expect(await reading).toBe('slow build');
  });

  it('is waited for if patience has no end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const pipe = createPipe();
    const reading = read(pipe.input);
    vi.advanceTimersByTime(3_600_000);
    pipe.write('late');
    pipe.end();
    expect(await reading).toBe('late');
  });

  it('is left if the command is stopped, with the reason', async () => {
    const pipe = createPipe();
    const controller = new AbortController();
    const reading = readStdinText(pipe.input, { patience: undefined, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    expect(pipe.input.stream.destroyed).toBe(true);
  });

  it('is not begun if the command was stopped before', async () => {
    const pipe = createPipe();
    const reading = readStdinText(pipe.input, {
      patience: 20,
      signal: AbortSignal.abort(new Error('enough')),
    });
    await expect(reading).rejects.toThrow('enough');
  });
});
