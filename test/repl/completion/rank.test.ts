import { describe, expect, it } from 'vitest';
import {
  createPathIndex,
  findCommonPrefix,
  rankCandidates,
  rankPaths,
} from '../../../src/repl/completion/rank.ts';

const models = ['gpt-5', 'gpt-5-mini', 'claude-sonnet-4.6', 'claude-opus-4.6', 'kimi-k2.7-code'];

describe('candidates', () => {
  it.each([
    ['', models],
    ['gpt', ['gpt-5', 'gpt-5-mini']],
    ['CLAUDE-o', ['claude-opus-4.6']],
    ['4.6', ['claude-sonnet-4.6', 'claude-opus-4.6']],
    ['mini', ['gpt-5-mini']],
    ['5', ['gpt-5', 'gpt-5-mini']],
    ['on', ['claude-sonnet-4.6']],
    ['g5m', ['gpt-5-mini']],
    ['llama', []],
  ])('for %j', (query, expected) => {
    const candidates = models.map((text) => ({ text, description: '' }));
    expect(rankCandidates(candidates, query).map(({ text }) => text)).toEqual(expected);
  });

  it('begin with a word before they have the query elsewhere', () => {
    const candidates = ['sonic', 'on', 'a-on'].map((text) => ({ text, description: '' }));
    expect(rankCandidates(candidates.slice(0, 1).concat(candidates.slice(2)), 'on')).toEqual([
      { text: 'a-on', description: '' },
      { text: 'sonic', description: '' },
    ]);
  });

  it.each([
    [['model', 'models'], 'mo', 'model'],
    [['src/', 'scripts/'], 's', 's'],
    [['README.md'], 'read', 'README.md'],
    [['test/a', 'src/test'], 'te', 'test/a'],
    [['a😀', 'a😁'], '', 'a'],
    [[], 'x', 'x'],
  ])('%j have in common with %j: %j', (texts, query, expected) => {
    expect(findCommonPrefix(texts, query)).toBe(expected);
  });
});

const files = [
  'README.md',
  'src/main.ts',
  'src/repl/repl.ts',
  'src/repl/state.ts',
  'src/schema/problems.ts',
  'test/repl/keys.test.ts',
  'docs/repl.md',
  '.github/workflows/ci.yml',
  '.env',
];

describe('paths', () => {
  const index = createPathIndex(files);

  it.each([
    ['', ['README.md', 'docs/', 'src/', 'test/']],
    ['s', ['src/', 'src/schema/', 'src/repl/state.ts']],
    ['src/', ['src/main.ts', 'src/repl/', 'src/schema/']],
    ['src/repl/s', ['src/repl/state.ts']],
    ['readme', ['README.md']],
    ['state', ['src/repl/state.ts']],
    ['repl/st', ['src/repl/state.ts']],
    ['blems', ['src/schema/problems.ts']],
    ['srst', ['src/repl/state.ts']],
    ['.', ['.env', '.github/']],
    ['workflow', []],
    ['.github/workflows/', ['.github/workflows/ci.yml']],
    ['nothing', []],
  ])('for %j', (query, expected) => {
    const ranked = rankPaths(index, query, 50);
    expect(ranked.slice(0, expected.length)).toEqual(expected);
    if (expected.length === 0) expect(ranked).toEqual([]);
  });

  it('are no more than the limit', () => {
    expect(rankPaths(index, '', 2)).toEqual(['README.md', 'docs/']);
  });
});
