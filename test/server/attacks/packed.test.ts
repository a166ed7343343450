import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startTestServer } from '../../helpers/api-server.ts';
import { ask } from './ask.ts';

const chat = `{"model":"gpt-4.1","messages":[{"role":"user","content":"${'say hi '.repeat(300)}"}]}`;
/** The same body by the zstd program: as a stream of unknown length, as one segment with its length, and as a stream with a checksum. */
const zstdStream = Buffer.from(
  'KLUv/QBYTQIAQsQPGIDFGgPkoLgoK9+NoMA3lNHhnYdFs6A5StGIGyUxAbTnj+lj7fjsdAHnqpobFvlqQru6Pg8CEbwlnStF2hoGAQCACuSXKA==',
  'base64',
);
const zstdSegment = Buffer.from(
  'KLUv/WRxB00CAELEDxiAxRoD5KC4KCvfjaDAN5TR4Z2HRbOgOUrRiBslMQG054/pY+347HQB56qaGxb5akK7uj4PAhG8JZ0rRdoaBgEAgArklygCnV7P',
  'base64',
);
const zstdChecked = Buffer.from(
  'KLUv/QRoLQIAQsQOEpA9BmQkDyThZ+yuWAma6m4QAhvtg+dATvbmV7Irp3p4ZRbfnMFZr4+5ZS1Zy+LDySji0nZzyNaM1wEBAIAK5JcoAp1ezw==',
  'base64',
);

async function post(coding: string, body: Buffer, maxBodyBytes = 2 ** 20) {
  const server = await startTestServer({ server: { maxBodyBytes } });
  const headers = { 'content-type': 'application/json', 'content-encoding': coding };
  const reply = await ask(`${server.url}/v1/chat/completions`, { method: 'POST', headers, body });
  const [sent] = server.modelCalls();
  return { ...reply, sent };
}

describe('a packed body', () => {
  it.each([
    ['gzip', gzipSync(chat)],
    ['br', brotliCompressSync(chat)],
    ['deflate', deflateSync(chat)],
    ['zstd', zstdStream],
    // Further shapes of the same codings.
    ['GZIP', gzipSync(chat)],
    ['x-gzip', gzipSync(chat)],
    ['deflate', deflateRawSync(chat)],
    ['zstd', zstdSegment],
    ['zstd', zstdChecked],
    [
      'zstd',
      Buffer.concat([
        toFrame([toRawBlock(chat.slice(0, 50), true)]),
        toSkippable('hm'),
        toFrame([toRawBlock(chat.slice(50), true)]),
      ]),
    ],
    ['identity, gzip', gzipSync(chat)],
    ['gzip, br', brotliCompressSync(gzipSync(chat))],
  ])('in the content encoding %s is read', async (coding, body) => {
    const { status, sent } = await post(coding, body);
    expect(status).toBe(200);
    expect(sent?.body).toMatchObject({ messages: [{ content: 'say hi '.repeat(300) }] });
    expect(sent?.headers['content-encoding']).toBeUndefined();
  });

  it.each([
    ['a coding that nobody knows', 'lzma', gzipSync(chat)],
    ['a name of Object', 'constructor', gzipSync(chat)],
    ['three layers', 'gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(chat)))],
  ])('with %s is refused as one of a kind that is not read', async (_, coding, body) => {
    expect(await post(coding, body)).toMatchObject({ status: 415, sent: undefined });
  });

  it.each([
    ['gzip', gzipSync(chat).subarray(0, 60)],
    ['gzip', Buffer.from(chat)],
    ['br', Buffer.from(chat)],
    ['zstd', Buffer.from(chat)],
    ['zstd', zstdStream.subarray(0, 60)],
    ['zstd', zstdStream.subarray(0, 7)],
    ['zstd', Buffer.alloc(0)],
    ['deflate', Buffer.from('hi')],
  ])('in %s that is damaged is an error of the caller', async (coding, body) => {
    const { status, text, sent } = await post(coding, body);
    expect([status, sent]).toEqual([400, undefined]);
    expect(text).toMatch(/cannot be unpacked|is not JSON/);
  });
});

describe('a bomb', () => {
  const zeros = Buffer.alloc(64 * 2 ** 20);
  it.each([
    ['gzip', 'gzip', gzipSync(zeros)],
    ['br', 'br', brotliCompressSync(zeros)],
    ['deflate', 'deflate', deflateSync(zeros)],
    ['zstd', 'zstd', toFrame([...Array(60).fill(toRepeatBlock(128 * 1024)), toRepeatBlock(1, true)])],
    ['gzip in gzip', 'gzip, gzip', gzipSync(gzipSync(zeros))],
  ])('of %s is refused as too large, before it has filled the memory', async (_, coding, body) => {
    const before = process.memoryUsage().rss;
    expect(body.length).toBeLessThan(2 ** 17);
    expect(await post(coding, body)).toMatchObject({ status: 413, sent: undefined });
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 2 ** 20);
  });

  it.each([
    ['of many empty blocks', toFrame([...Array(50_000).fill(toRawBlock('')), toRawBlock('', true)], 0x68)],
    ['with a window of a gigabyte', toFrame([toRawBlock(chat, true)], 0xa0)],
    [
      'that says it has four gigabytes',
      Buffer.concat([Buffer.from('28b52ffda0ffffffff', 'hex'), toRawBlock(chat, true)]),
    ],
  ])('of zstd %s is refused at once', async (_, body) => {
    const begin = performance.now();
    expect(await post('zstd', body)).toMatchObject({ status: 400, sent: undefined });
    expect(performance.now() - begin).toBeLessThan(2000);
  });
});

/** RFC 8878: a frame without its length, and the descriptor of its window: 0x58 is 2 MB. */
function toFrame(blocks: readonly Buffer[], window = 0x58): Buffer {
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, window]), ...blocks]);
}

function toRawBlock(text: string, isLast = false): Buffer {
  return Buffer.concat([toBlockHeader(0, text.length, isLast), Buffer.from(text)]);
}

/** A block that is one byte, repeated. */
function toRepeatBlock(length: number, isLast = false): Buffer {
  return Buffer.concat([toBlockHeader(1, length, isLast), Buffer.from('0')]);
}

function toBlockHeader(type: number, size: number, isLast: boolean): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | (isLast ? 1 : 0), 0, 3);
  return header;
}

function toSkippable(text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a50, 0);
  head.writeUInt32LE(text.length, 4);
  return Buffer.concat([head, Buffer.from(text)]);
}
