import { describe, expect, it } from 'vitest';
import { checkStatusLine, parseStatusLine, readSwitch, themeChoices } from '../../src/config/look-values.ts';
import { createTheme } from '../../src/terminal/theme.ts';
import { themeNames } from '../../src/theme-names.ts';

it('every theme can be chosen, and auto; and each of them can be made', () => {
  expect(themeChoices).toEqual(['auto', ...themeNames]);
  expect(themeNames.map((name) => createTheme(name, 'truecolor').name)).toEqual(themeNames);
});

describe('the status line', () => {
  it.each([
    ['none', []],
    ['cost', ['cost']],
    ['cost, model', ['model', 'cost']],
    ['Quota quota,,SPEED', ['speed', 'quota']],
  ])('of %j has its fields once and in their order', (value, fields) => {
    expect(checkStatusLine(value)).toBeUndefined();
    expect(parseStatusLine(value)).toEqual(fields);
  });

  it('says which field it does not have, and which it has', () => {
    expect(checkStatusLine('model,wether')).toBe(
      'cannot show wether: it is none, or some of model,context,tokens,cost,speed,quota',
    );
  });
});

it.each([
  ['1', 'on'],
  ['yes', 'on'],
  ['anything', 'on'],
  ['0', 'off'],
  ['False', 'off'],
  ['no', 'off'],
])('ACCESSIBLE=%s switches it %s', (text, expected) => {
  expect(readSwitch(text)).toBe(expected);
});
