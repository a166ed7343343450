import { describe, expect, it } from 'vitest';
import { registerTemplates } from '../../src/commands/templates.ts';
import { parseCommand } from '../helpers/parse-command.ts';

describe('templates', () => {
  it.each([
    [['templates'], { action: 'list', json: false }],
    [['templates', '--json'], { action: 'list', json: true }],
    [['templates', 'list', '--json'], { action: 'list', json: true }],
    [['templates', 'show', 'review'], { action: 'show', name: 'review', json: false }],
    [['templates', 'show', '--json', 'review'], { action: 'show', name: 'review', json: true }],
  ])('reads %j', async (argv, options) => {
    expect(await parseCommand(registerTemplates, argv)).toEqual(options);
  });

  it.each([
    [['templates', 'show'], /missing required argument/],
    [['templates', 'show', 'a', 'b'], /too many arguments/],
  ])('refuses %j', async (argv, words) => {
    await expect(parseCommand(registerTemplates, argv)).rejects.toThrow(words);
  });
});
