import { Socket } from 'node:net';
import { cachedDataVersionTag } from 'node:v8';
import type { buildConnector } from 'undici';
import { beforeEach, expect, it, vi } from 'vitest';
import type * as proxy from '../../src/http/proxy.ts';

let withCalmParser: typeof proxy.withCalmParser;

beforeEach(async () => {
  vi.resetModules();
  ({ withCalmParser } = await import('../../src/http/proxy.ts'));
});

const options = { hostname: 'localhost', protocol: 'http:', port: '1' } as buildConnector.Options;

/** The flags that V8 has while undici is told of a connection, as a number that is another for each set of flags. */
function connect(answer: buildConnector.CallbackArgs): { during: number; given: unknown } {
  let found: { during: number; given: unknown } | undefined;
  withCalmParser((_, callback) => callback(...answer))(options, (...given) => {
    found = { during: cachedDataVersionTag(), given };
  });
  if (!found) throw new Error('undici was not told');
  return found;
}

const connected: buildConnector.CallbackArgs = [null, new Socket()];
const failed: buildConnector.CallbackArgs = [new Error('no'), null];
const usual = cachedDataVersionTag();

// Compiled code that is kept is for one set of flags. A new Node may need another usual value in src/http/proxy.ts.
it('changes the flags of V8 for the first connection alone, and puts them back', () => {
  const { during, given } = connect(connected);
  expect(given).toEqual(connected);
  expect(during).not.toBe(usual);
  expect(cachedDataVersionTag()).toBe(usual);
  expect(connect(connected).during).toBe(usual);
});

it('leaves them to the first connection that succeeds', () => {
  const { during, given } = connect(failed);
  expect(given).toEqual(failed);
  expect(during).toBe(usual);
  expect(connect(connected).during).not.toBe(usual);
  expect(cachedDataVersionTag()).toBe(usual);
});
