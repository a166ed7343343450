import { describe, expect, it } from 'vitest';
import { registerSessions } from '../../src/commands/sessions.ts';
import { parseCommand } from '../helpers/parse-command.ts';

const list = { action: 'list', limit: 30, json: false };
const search = { action: 'search', words: ['whales'], limit: 20, json: false };
const exported = { action: 'export', target: 'whales', format: undefined, output: undefined };

describe('sessions', () => {
  it.each([
    [['sessions'], list],
    [['sessions', '-n', '3'], { ...list, limit: 3 }],
    [['sessions', '--json'], { ...list, json: true }],
    [['sessions', 'list'], list],
    [['sessions', 'list', '--limit', '100', '--json'], { ...list, limit: 100, json: true }],
    [['sessions', 'show', 'whales'], { action: 'show', target: 'whales', json: false }],
    [['sessions', 'show', '--json', 'whales'], { action: 'show', target: 'whales', json: true }],
    [['sessions', 'search', 'whales'], search],
    [['sessions', 'search', '-n', '5', 'whales', 'sing'], { ...search, words: ['whales', 'sing'], limit: 5 }],
    [['sessions', 'search', 'whales', '--json'], { ...search, json: true }],
    [['sessions', 'rename', 'a', 'b c'], { action: 'rename', target: 'a', name: 'b c' }],
    [['sessions', 'export', 'whales'], exported],
    [
      ['sessions', 'export', 'whales', '--format', 'html', '-o', 'whales.html'],
      { ...exported, format: 'html', output: 'whales.html' },
    ],
    [['sessions', 'delete', 'a', 'b'], { action: 'delete', which: { targets: ['a', 'b'] }, yes: false }],
    [['sessions', 'delete', '--yes', 'a'], { action: 'delete', which: { targets: ['a'] }, yes: true }],
    [
      ['sessions', 'delete', '--older-than', '90d'],
      { action: 'delete', which: { olderThanMs: 90 * 24 * 3_600_000 }, yes: false },
    ],
    [
      ['sessions', 'delete', '--older-than=2H', '-y'],
      { action: 'delete', which: { olderThanMs: 2 * 3_600_000 }, yes: true },
    ],
    [['sessions', 'delete', '--all'], { action: 'delete', which: 'all', yes: false }],
  ])('reads %j', async (argv, options) => {
    expect(await parseCommand(registerSessions, argv)).toEqual(options);
  });

  it.each([
    [['sessions', '-n', '0'], /whole number/],
    [['sessions', '-n', 'many'], /whole number/],
    [['sessions', 'search'], /missing required argument/],
    [['sessions', 'show'], /missing required argument/],
    [['sessions', 'rename', 'a'], /missing required argument/],
    [['sessions', 'rename', 'a', 'b', 'c'], /too many arguments/],
    [['sessions', 'delete'], /no conversation to delete was named/],
    [['sessions', 'delete', '--all', 'a'], /cannot be combined/],
    [['sessions', 'delete', '--all', '--older-than', '1d'], /cannot be combined/],
    [['sessions', 'delete', '--older-than', '90'], /an age is a number with a unit/],
    [['sessions', 'delete', '--older-than', '0d'], /an age is a number with a unit/],
    [['sessions', 'delete', '--older-than', ''], /an age is a number with a unit/],
    [['sessions', 'export', 'a', '--format', 'pdf'], /Allowed choices/],
  ])('refuses %j', async (argv, words) => {
    await expect(parseCommand(registerSessions, argv)).rejects.toThrow(words);
  });
});
