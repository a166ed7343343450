import { describe, expect, it } from 'vitest';
import type { Env } from '../src/env.ts';
import { createMaskStream } from '../src/mask-stream.ts';
import { maskEnvironment } from '../src/redact.ts';
import { key } from './helpers/masked-texts.ts';

const token = `ghp_${'a1B2'.repeat(9)}`;
const rows = Array.from({ length: 40 }, (_, at) => `${at}${'IEpAIBaKCAQEA/7'.repeat(5)}`.slice(0, 64));
const short = { MY_PASSWORD: 'correct horse battery' };
const long = { DEPLOY_KEY: 'x7'.repeat(60_000) };

/** The text in pieces of a pipe. */
function mask(text: string, { length = 64 * 1024, first = 64 * 1024, env = short as Env } = {}): string {
  const stream = createMaskStream(env);
  let shown = stream.add(text.slice(0, first));
  for (let at = first; at < text.length; at += length) shown += stream.add(text.slice(at, at + length));
  return shown + stream.end();
}

const secrets: [what: string, secret: string][] = [
  ['a token', token],
  ['a bearer header', `Bearer ${'abcdefgh12'.repeat(40)}`],
  ['a JSON Web Token', `eyJ${'aB3'.repeat(500)}.eyJ${'aB3'.repeat(2000)}.${'aB3'.repeat(30)}`],
  ['a private key in JSON', JSON.stringify(key.join('\n')).slice(1, -1)],
  ['a private key', `\n${key.join('\n')}\n`],
  ['a private key in Python', `\n${key.map((line) => `  b"${line}\\n"`).join('\n')}\n`],
  ['rows from the middle of a key', `\n${rows.join('\n')}\n`],
  ['the value of a variable', short.MY_PASSWORD],
  ['a long value of a variable', long.DEPLOY_KEY],
  ['a password in a URL', 'https://me:hunter2hunter2@example.org/'],
  ['a setting', `\nAPI_TOKEN=${'plain words '.repeat(200)}\n`],
];

describe('a text that is masked in pieces', () => {
  it.each(secrets)('has no half of %s, wherever a part is given out', (_, secret) => {
    // Here the first part ends, if nothing is in the way.
    const [env, end] = secret === long.DEPLOY_KEY ? [long, 655_360 - 120_000] : [short, 262_144];
    for (const filler of ['x, y;', 'a line of text\n'])
      for (const part of [0.1, 0.5, 0.9]) {
        const before = filler.repeat(60_000).slice(0, end - Math.floor(secret.length * part));
        const text = `${before} ${secret} ${filler.repeat(60_000).slice(0, 200_000)}`;
        const masked = mask(text, { env });
        expect(masked === maskEnvironment(text, env).text).toBe(true);
        expect(masked).toContain('[secret]');
      }
  });

  it('is the same as in one go, with a secret at every place around the end of a part', () => {
    const filler = 'ab '.repeat(100_000);
    for (let shift = -60; shift <= 20; shift += 2) {
      const text = `${filler.slice(0, 262_144 + shift)} ${token} ${filler.slice(0, 150_000)}`;
      expect(mask(text) === maskEnvironment(text, short).text).toBe(true);
    }
  });

  it.each([1, 7, 1000])('may come in pieces of %s characters', (length) => {
    const text = `one ${token}\n${key.join('\n')}\ntwo`;
    expect(mask(text, { length, first: length })).toBe('one [secret]\n[secret]\ntwo');
  });

  it('shows a certificate whole that lies across the end of a part', () => {
    const certificate = ['-----BEGIN CERTIFICATE-----', ...rows, 'abcd==', '-----END CERTIFICATE-----', ''];
    const text = certificate.join('\n').repeat(200);
    expect(mask(text) === text).toBe(true);
  });

  it('holds back little of an endless secret, and shows nothing of it', () => {
    const stream = createMaskStream({});
    let shown = stream.add(`a ghp_`);
    for (let count = 0; count < 1000; count += 1) {
      shown += stream.add('a1B2'.repeat(16_384));
      if (count % 100 === 0) expect(stream.peek().length).toBeLessThan(400_000);
    }
    expect(shown + stream.add(' "b"\n') + stream.end()).toBe('a [secret]"b"\n');
  });

  it('takes linear time', () => {
    const time = (count: number): number => {
      const from = performance.now();
      mask('a1b2,c3/d4+e5 '.repeat(count * 5000));
      return performance.now() - from;
    };
    time(20);
    expect(time(400)).toBeLessThan(40 * Math.max(20, time(50)));
  });

  it('never cuts a character in two', () => {
    const stream = createMaskStream({});
    for (const text of ['😀'.repeat(300_000), `x${'😀'.repeat(300_000)}`]) {
      const pieces = [stream.add(text), stream.end()];
      expect(pieces.join('') === text).toBe(true);
      for (const piece of pieces) expect(piece).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
    }
  });
});
