import { describe, expect, it } from 'vitest';
import { findFolder } from '../../../src/server/usage/find-folder.ts';

describe('the folder that a client works in', () => {
  it.each([
    [
      'Claude Code',
      {
        system: [
          { type: 'text', text: 'You are…' },
          { type: 'text', text: '<env>\nWorking directory: /home/ada/shop\nIs a git repo: true' },
        ],
      },
      'shop',
    ],
    [
      'Claude Code, newer',
      { system: [{ type: 'text', text: ' - Primary working directory: /home/ada/my shop\n' }] },
      'my shop',
    ],
    [
      'Codex',
      {
        instructions: 'You are…',
        input: [
          {
            type: 'message',
            role: 'user',
            content: [{ type: 'input_text', text: '<environment_context>\n  <cwd>/srv/shop</cwd>' }],
          },
        ],
      },
      'shop',
    ],
    [
      'opencode',
      {
        messages: [{ role: 'system', content: 'Here is…\n<env>\n  Working directory: /tmp/a/shop\n</env>' }],
      },
      'shop',
    ],
    [
      'Windows',
      { messages: [{ role: 'system', content: 'Current working directory: C:\\Users\\ada\\shop' }] },
      'shop',
    ],
    [
      'a folder in quotes',
      { messages: [{ role: 'system', content: 'The working directory is `/home/ada/shop`.' }] },
      'shop',
    ],
    ['the root', { system: 'Working directory: /' }, undefined],
    ['nobody', { messages: [{ role: 'user', content: 'What is a working directory?' }] }, undefined],
    ['no text', { messages: [null, 3, { content: [{ type: 'image' }] }], system: {} }, undefined],
    ['no body', 'hi', undefined],
  ])('is what %s says', (_client, body, folder) => {
    expect(findFolder(body)).toBe(folder);
  });

  it('has a bound, as the search has', () => {
    expect(findFolder({ system: `Working directory: /${'x'.repeat(300)}` })).toHaveLength(60);
    const long = { messages: Array.from({ length: 30 }, () => ({ role: 'user', content: 'a' })) };
    expect(
      findFolder({ ...long, messages: [...long.messages, { content: 'Working directory: /a/b' }] }),
    ).toBe(undefined);
  });
});
