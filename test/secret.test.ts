import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../src/secret.ts';

const value = 'ghu_CANARY0123456789';
const secret = new Secret(value);

const prints: [how: string, print: () => string][] = [
  ['String()', () => String(secret)],
  ['a template', () => `${secret}`],
  ['joining to text', () => `token ${[secret, secret].join()}`],
  ['adding to text', () => ['a', secret].reduce<string>((text, part) => text + part, '')],
  ['JSON', () => JSON.stringify(secret)],
  ['JSON of what contains it', () => JSON.stringify({ a: [{ secret }], secret })],
  ['inspect', () => inspect(secret)],
  ['inspect with everything shown', () => inspect(secret, { showHidden: true, depth: 9, getters: true })],
  ['inspect without custom methods', () => inspect(secret, { customInspect: false, showHidden: true })],
  ['inspect of an object', () => inspect({ a: { b: { secret } } }, { depth: 9 })],
  ['inspect of a list', () => inspect([[secret]])],
  [
    'inspect of a Map',
    () =>
      inspect(
        new Map<unknown, unknown>([
          ['token', secret],
          [secret, 1],
        ]),
      ),
  ],
  ['inspect of a Set', () => inspect(new Set([secret]))],
  [
    'inspect of the cause of an error',
    () => inspect(new Error('failed', { cause: { secret } }), { depth: 9 }),
  ],
  [
    'inspect of an error with it as a property',
    () => inspect(Object.assign(new Error('failed'), { secret })),
  ],
  ['the format %s', () => format('%s', secret)],
  ['the format %o', () => format('%o', { secret })],
  ['the format %O', () => format('%O', { secret })],
  ['the format %j', () => format('%j', { secret })],
  ['format without a pattern, as a console has it', () => format(secret, { secret }, [secret])],
  ['its own keys', () => Reflect.ownKeys(secret).map(String).join() + Object.values(secret).join()],
  ['a spread copy', () => inspect({ ...secret }, { showHidden: true })],
  ['an error that names it', () => new Error(`refused ${secret}`).stack ?? ''],
];

describe('a secret', () => {
  it.each(prints)('does not show in %s', (_, print) => {
    expect(print()).not.toContain('CANARY');
  });

  it('does not travel in a structured clone', () => {
    let clone: unknown;
    try {
      clone = structuredClone({ secret });
    } catch (error) {
      clone = error;
    }
    expect(inspect(clone, { showHidden: true, depth: 9 }) + JSON.stringify(clone)).not.toContain('CANARY');
  });

  it('shows that something is there', () => {
    expect(`${secret} ${JSON.stringify({ secret })} ${inspect(secret)}`).toBe(
      '[secret] {"secret":"[secret]"} [secret]',
    );
  });

  it('is given away on demand', () => {
    expect(secret.expose()).toBe(value);
  });

  it('can be compared without being exposed', () => {
    expect(secret.equals(new Secret(value))).toBe(true);
    expect(secret.equals(new Secret(`${value}x`))).toBe(false);
  });
});
