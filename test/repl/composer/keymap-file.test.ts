import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { createKeyMap, keyBindings } from '../../../src/repl/composer/key-bindings.ts';
import { readKeymap } from '../../../src/repl/composer/keymap-file.ts';
import { parseKey } from '../../../src/repl/keys/key.ts';
import { createFolder } from '../../helpers/folder.ts';

const schema = JSON.parse(readFileSync('docs/keys.schema.json', 'utf8'));

function read(text: string) {
  const path = join(createFolder(), 'keys.json');
  writeFileSync(path, text);
  return readKeymap(path);
}

describe('a file of keys', () => {
  it('gives keys another meaning, and leaves all others as they are', () => {
    const text = '{"keys": {"Ctrl+X": "send", "enter": "new-line", "ctrl+o": "none", "f5": "undo"}}';
    expect(new Ajv2020({ strict: false }).validate(schema, JSON.parse(text))).toBe(true);
    const bindings = read(text);
    const { findCommand } = createKeyMap(bindings);
    const meaning = (key: string) => findCommand(parseKey(key));
    expect(['ctrl+x', 'enter', 'ctrl+o', 'f5', 'ctrl+_', 'ctrl+c'].map(meaning)).toEqual([
      'send',
      'new-line',
      undefined,
      'undo',
      'undo',
      'cancel',
    ]);
    // The list of keys shows the same.
    expect(bindings.find(({ command }) => command === 'send')?.keys).toEqual(['ctrl+x']);
  });

  it.each<[string, string, RegExp, RegExp]>([
    [
      'an unknown command',
      '{"keys": {\n"f5": "sned"}}',
      /line 2: there is no command "sned".*send/,
      /\/keys/,
    ],
    [
      'the name of what every object has',
      '{"keys": {"f2": "constructor"}}',
      /line 1: there is no command "constructor"/,
      /\/keys/,
    ],
    ['an unknown key', '{\n"keys": {\n"hyper+x": "send"}}', /line 3: there is no key "hyper\+x"/, /ctrl\+x/],
    ['a plain letter', '{"keys": {"x": "send"}}', /line 1: there is no key "x"/, /ctrl\+x/],
    [
      'a key twice',
      '{"keys": {\n"f5": "send",\n"F5": "undo"}}',
      /line 3: f5 is bound to send in line 2, and to undo here/,
      /one of the two lines/,
    ],
    [
      'the same key twice',
      '{"keys": {\n"f5": "send",\n"f5": "undo"}}',
      /line 3: f5 is bound to send/,
      /Keep/,
    ],
    ['no key to send', '{"keys": {"enter": "none"}}', /no key is left for send/, /Give send a key/],
    ['no key to stop', '{"keys": {"ctrl+c": "undo"}}', /no key is left for cancel/, /Give cancel a key/],
    ['a number', '{"keys": {\n\n"f5": 5}}', /line 3: "f5" has no command/, /Write it like/],
    ['a list', '[]', /line 1: has no "keys"/, /Write it like/],
    ['a comma too many', '{"keys": {\n"f5": "send",\n}}', /is not valid JSON/, /comma/],
    ['a huge file', `{"keys": {}, "x": "${'x'.repeat(70_000)}"}`, /too large/, /only the keys/],
  ])('with %s is refused, with its line and what to do', (_, text, message, hint) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'config',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    );
  });

  it('has a schema that names every command', () => {
    const { properties } = schema;
    expect(properties.keys.additionalProperties.enum).toEqual([
      ...keyBindings.map(({ command }) => command),
      'none',
    ]);
  });
});
