import { describe, expect, it } from 'vitest';
import { countEdits, findNearest, suggest } from '../src/nearest.ts';

describe('the number of edits', () => {
  it.each<[a: string, b: string, edits: number]>([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['chat', 'chat', 0],
    ['chat', 'chart', 1],
    ['cht', 'chat', 1],
    ['chst', 'chat', 1],
    ['statsu', 'status', 1],
    ['chta', 'chat', 1],
    ['ab', 'ba', 1],
    ['abc', 'cab', 2],
    ['kitten', 'sitting', 3],
  ])('between %j and %j is %i', (a, b, edits) => {
    expect(countEdits(a, b)).toBe(edits);
    expect(countEdits(b, a)).toBe(edits);
  });
});

describe('the nearest candidates', () => {
  const ids = ['gpt-5-mini', 'gpt-5.4', 'claude-sonnet-5', 'claude-haiku-4.5', 'gemini-3.7-flash'];

  it.each<[text: string, count: number, nearest: string[]]>([
    ['gpt-5.3', 1, ['gpt-5.4']],
    ['sonnet', 1, ['claude-sonnet-5']],
    ['GPT-5-MINY', 1, ['gpt-5-mini']],
    ['claude', 2, ['claude-haiku-4.5', 'claude-sonnet-5']],
    ['gemini-3.7-flash', 1, ['gemini-3.7-flash']],
  ])('to %s are named, best first', (text, count, nearest) => {
    expect(findNearest(text, ids, count)).toEqual(nearest);
  });

  it('that begin with the text come before those that contain it', () => {
    expect(findNearest('mini', ['gpt-5-mini', 'mini-1'], 2)).toEqual(['mini-1', 'gpt-5-mini']);
  });

  it('are as many as asked for, and no more than there are', () => {
    expect(findNearest('gp', ids, 1)).toHaveLength(1);
    expect(findNearest('gp', ids, 9)).toHaveLength(2);
    expect(findNearest('gp', [], 3)).toEqual([]);
  });

  it('are the same in whatever order they come', () => {
    expect(findNearest('gpt-5', [...ids].reverse(), 5)).toEqual(findNearest('gpt-5', ids, 5));
  });

  it.each([
    ['help', ['list', 'show', 'search', 'rename', 'export', 'delete']],
    ['nonsense', ['list', 'get', 'set', 'unset', 'path']],
    ['test', ['get', 'set']],
    ['x', ['chat', 'run']],
    ['zzz', ids],
    ['зима', ids],
    ['', ids],
  ])('are none for %j, which is near to nothing', (text, candidates) => {
    expect(findNearest(text, candidates, 3)).toEqual([]);
  });

  it.each([
    ['claude-sonet', 'claude-sonnet-5'],
    ['gpt-5-mini-high', 'gpt-5-mini'],
    ['gemni', 'gemini-3.7-flash'],
  ])('to %s are long names that begin like it', (text, nearest) => {
    expect(findNearest(text, ids, 1)).toEqual([nearest]);
  });
});

describe('a suggestion', () => {
  it('asks for the nearest name', () => {
    expect(suggest('modle', ['model', 'theme'])).toBe('; did you mean model?');
    expect(suggest('hepl', ['help', 'model'], '/')).toBe('; did you mean /help?');
  });

  it('is left out if there is nothing near', () => {
    expect(suggest('nonsense', ['model', 'theme'])).toBe('');
  });
});
