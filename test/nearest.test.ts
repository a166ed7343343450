import { describe, expect, it } from 'vitest';
import { countEdits, findNearest } from '../src/nearest.ts';

describe('the number of edits', () => {
  it.each<[a: string, b: string, edits: number]>([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['chat', 'chat', 0],
    ['chat', 'chart', 1],
    ['cht', 'chat', 1],
    ['chst', 'chat', 1],
    ['statsu', 'status', 2],
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
    expect(findNearest('x', ids, 3)).toHaveLength(3);
    expect(findNearest('x', ids, 9)).toHaveLength(5);
    expect(findNearest('x', [], 3)).toEqual([]);
  });

  it('are the same in whatever order they come', () => {
    expect(findNearest('zzz', [...ids].reverse(), 5)).toEqual(findNearest('zzz', ids, 5));
  });
});
