import { describe, expect, it } from 'vitest';
import { registerServe, type ServeOptions } from '../../src/commands/serve.ts';
import { parseCommand } from '../helpers/parse-command.ts';

const parse = (...argv: string[]) => parseCommand<ServeOptions>(registerServe, ['serve', ...argv]);

const usual = {
  host: '127.0.0.1',
  port: undefined,
  apiKey: undefined,
  accountKeysFile: undefined,
  allowedOrigins: [],
  maxBodyBytes: 64 * 2 ** 20,
  concurrency: 16,
};

describe('the flags of serve', () => {
  it.each<[string, string[], object]>([
    ['listens', [], { action: 'listen', ui: false, ...usual }],
    [
      'takes an address, a key, limits and pages',
      [
        '--host',
        '0.0.0.0',
        '-p',
        '0',
        '--api-key',
        'k',
        '--max-body',
        '2',
        '--max-concurrent',
        '3',
        '--ui',
      ].concat(['--allow-origin', 'https://a.example', '--allow-origin', 'https://b.example']),
      {
        action: 'listen',
        ui: true,
        host: '0.0.0.0',
        port: 0,
        apiKey: 'k',
        allowedOrigins: ['https://a.example', 'https://b.example'],
        maxBodyBytes: 2 * 2 ** 20,
        concurrency: 3,
      },
    ],
    [
      'prints what a client needs',
      ['--for', 'codex', '-m', 'gpt-5.4', '--json'],
      { action: 'set-up', client: 'codex', mode: 'print', model: 'gpt-5.4', json: true, ...usual },
    ],
    [
      'writes it',
      ['--for', 'zed', '--write', '--port', '5000'],
      { action: 'set-up', client: 'zed', mode: 'write', model: undefined, json: false, ...usual, port: 5000 },
    ],
    [
      'takes it back',
      ['--for', 'zed', '--undo'],
      { action: 'set-up', client: 'zed', mode: 'undo', model: undefined, json: false, ...usual },
    ],
    [
      'runs a program with its own flags behind --',
      ['run', '-m', 'gpt-5.4', '--', 'claude', '--model', 'opus', '-p', 'hi'],
      { action: 'run', argv: ['claude', '--model', 'opus', '-p', 'hi'], model: 'gpt-5.4', ...usual },
    ],
    [
      'runs a program with its own flags without --',
      ['--max-concurrent', '2', 'run', 'claude', '-p', 'hi', '--json'],
      { action: 'run', argv: ['claude', '-p', 'hi', '--json'], model: undefined, ...usual, concurrency: 2 },
    ],
    [
      'leaves flags of its own names to the program',
      ['--port', '5000', 'run', 'claude', '--port', '6000'],
      { action: 'run', argv: ['claude', '--port', '6000'], model: undefined, ...usual, port: 5000 },
    ],
  ])('%s', async (_, argv, options) => {
    expect(await parse(...argv)).toEqual(options);
  });

  it.each([
    [['--port', '70000'], /a port is a number from 0 to 65535, not "70000"/],
    [['--max-body', '0'], /--max-body is a number of MB/],
    [['--max-concurrent', 'many'], /--max-concurrent is a number from 1 to 999/],
    [['--for', 'emacs'], /Allowed choices are claude-code, codex/],
    [['--write'], /--write goes with --for CLIENT/],
    [['--for', 'zed', '--write', '--undo'], /cannot both be given/],
    [['run', '--port', '5000', '--', 'claude'], /--port is not a program/],
    [['run'], /missing required argument 'program'/],
  ])('refuses %s', async (argv, message) => {
    await expect(parse(...argv)).rejects.toThrow(message);
  });
});
