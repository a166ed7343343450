import { describe, expect, it } from 'vitest';
import {
  cleanTexts,
  isObject,
  parseJson,
  toFlag,
  toNumber,
  toObject,
  toText,
  toTexts,
} from '../src/json-value.ts';

describe('a value from outside', () => {
  it.each<[value: unknown, is: boolean]>([
    [{}, true],
    [{ a: 1 }, true],
    [[], false],
    [null, false],
    [undefined, false],
    ['{}', false],
    [7, false],
  ])('%j is an object: %s', (value, is) => {
    expect(isObject(value)).toBe(is);
    expect(toObject(value)).toEqual(is ? value : {});
  });

  it.each<[value: unknown, number: number | undefined]>([
    [7, 7],
    [0, 0],
    [-1.5, -1.5],
    ['252', 252],
    ['252.6', 252.6],
    [' 3 ', 3],
    ['0', 0],
    ['', undefined],
    [' ', undefined],
    ['many', undefined],
    ['3 apples', undefined],
    ['Infinity', undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [null, undefined],
    [undefined, undefined],
    [true, undefined],
    [[7], undefined],
    [{}, undefined],
  ])('%j as a number is %j', (value, number) => {
    expect(toNumber(value)).toBe(number);
  });

  it.each<[value: unknown, text: string | undefined]>([
    ['a', 'a'],
    [' ', ' '],
    ['', undefined],
    [7, undefined],
    [null, undefined],
    [['a'], undefined],
  ])('%j as text is %j', (value, text) => {
    expect(toText(value)).toBe(text);
  });

  it.each<[value: unknown, flag: boolean | undefined]>([
    [true, true],
    [false, false],
    ['true', undefined],
    [1, undefined],
    [null, undefined],
  ])('%j as a flag is %j', (value, flag) => {
    expect(toFlag(value)).toBe(flag);
  });

  it.each<[value: unknown, texts: string[]]>([
    [
      ['a', 1, null, 'b', ['c']],
      ['a', 'b'],
    ],
    [[], []],
    ['a', []],
    [{ 0: 'a' }, []],
    [null, []],
  ])('%j as a list of texts is %j', (value, texts) => {
    expect(toTexts(value)).toEqual(texts);
  });
});

describe('text as JSON', () => {
  it.each<[text: string, value: unknown]>([
    ['{"a":[1]}', { a: [1] }],
    ['null', null],
    ['7', 7],
    ['', undefined],
    ['{"a":', undefined],
    ['<html>', undefined],
    ['undefined', undefined],
  ])('%j is %j', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });
});

describe('the texts of a parsed value', () => {
  it('are cleaned at any depth, and all else stays', () => {
    const value = { a: 'x\u001b[2J\n', list: [1, null, true, { b: 'y\u202ez' }, ['q\u200b']] };
    expect(cleanTexts(value)).toEqual({ a: 'x[2J', list: [1, null, true, { b: 'yz' }, ['q']] });
    expect(cleanTexts('a\u0007')).toBe('a');
  });

  it('are reached where the value is nested deeper than a stack', () => {
    let inner = cleanTexts(JSON.parse(`${'['.repeat(50_000)}"\u202ea"${']'.repeat(50_000)}`));
    while (Array.isArray(inner)) [inner] = inner;
    expect(inner).toBe('a');
  });
});
