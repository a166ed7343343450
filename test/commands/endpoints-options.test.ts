import { describe, expect, it } from 'vitest';
import { registerEndpoints } from '../../src/commands/endpoints.ts';
import { parseCommand } from '../helpers/parse-command.ts';

const nothing = {
  url: undefined,
  dialect: undefined,
  key: undefined,
  keyHeader: undefined,
  headers: undefined,
  models: undefined,
  adaptFile: undefined,
};

describe('endpoints', () => {
  it.each([
    [['endpoints'], { action: 'list', json: false }],
    [['endpoints', 'list', '--json'], { action: 'list', json: true }],
    [['endpoints', 'remove', 'a'], { action: 'remove', name: 'a' }],
    [
      ['endpoints', 'add', 'a', '--url', 'https://a'],
      { action: 'add', name: 'a', ...nothing, url: 'https://a' },
    ],
    [['endpoints', 'add', 'a', '--key'], { action: 'add', name: 'a', ...nothing, key: 'ask' }],
    [['endpoints', 'add', 'a', '--no-key'], { action: 'add', name: 'a', ...nothing, key: 'none' }],
    [
      ['endpoints', 'add', 'a', '--key-env', 'K'],
      { action: 'add', name: 'a', ...nothing, key: { env: 'K' } },
    ],
    [
      ['endpoints', 'add', 'a', '--key-command', 'pass x', '--key-header', 'api-key'],
      { action: 'add', name: 'a', ...nothing, key: { command: 'pass x' }, keyHeader: 'api-key' },
    ],
    [
      ['endpoints', 'add', 'a', '--header', 'X-A: 1', '--header', 'x-b:2', '--model', 'm', '--model', 'n'],
      { action: 'add', name: 'a', ...nothing, headers: { 'x-a': '1', 'x-b': '2' }, models: ['m', 'n'] },
    ],
    [
      ['endpoints', 'add', 'a', '--dialect', 'messages', '--adapt', 'f.json'],
      { action: 'add', name: 'a', ...nothing, dialect: 'messages', adaptFile: 'f.json' },
    ],
    [['endpoints', 'test', 'a'], { action: 'test', name: 'a', model: undefined, json: false }],
    [['endpoints', 'test', 'a', '-m', 'x', '--json'], { action: 'test', name: 'a', model: 'x', json: true }],
    [
      ['endpoints', 'test', 'a', '--dry-run', '--answer', 'r.json'],
      { action: 'dry-run', name: 'a', model: undefined, requestFile: undefined, answerFile: 'r.json' },
    ],
  ])('reads %j', async (argv, options) => {
    expect(await parseCommand(registerEndpoints, argv)).toEqual(options);
  });

  it.each([
    [['endpoints', 'add'], /missing required argument/],
    [['endpoints', 'add', 'a', '--key', 'sk-in-argv'], /too many arguments/],
    [['endpoints', 'add', 'a', '--key', '--key-env', 'K'], /one place only/],
    [['endpoints', 'add', 'a', '--no-key', '--key-command', 'c'], /one place only/],
    [['endpoints', 'add', 'a', '--dialect', 'grpc'], /Allowed choices/],
    [['endpoints', 'add', 'a', '--header', 'no colon'], /Name: value/],
    [['endpoints', 'test', 'a', '--answer', 'r.json'], /goes with --dry-run/],
  ])('refuses %j', async (argv, words) => {
    await expect(parseCommand(registerEndpoints, argv)).rejects.toThrow(words);
  });
});
