import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toChatHint } from '../../src/repl/turns/chat-hint.ts';
import { createTestRepl } from '../helpers/repl-app.ts';

describe('a hint', () => {
  it.each([
    ['Run: copilot-cli login', 'Type /login'],
    [
      'Run: copilot-cli login --host a.ghe.com, or see who sets host in: copilot-cli config list',
      'Run: !copilot-cli login --host a.ghe.com, or see who sets host in: !copilot-cli config list',
    ],
    ['See all of them: copilot-cli models. Some are new.', 'See all of them: /models. Some are new.'],
    [
      'See https://example.com, and: copilot-cli models --all',
      'See https://example.com, and: !copilot-cli models --all',
    ],
    ['See: copilot-cli sessions list', 'See: /sessions'],
    [
      'Copilot may still answer with: copilot-cli chat -m gpt-5',
      'Copilot may still answer with: /model gpt-5',
    ],
    [
      'Choose another model with -m; copilot-cli models --ability vision lists those that see.',
      'Choose another one with /model, which tells those with vision.',
    ],
    [
      'Download it; an image or a PDF is attached with -a.',
      'Download it; an image or a PDF is attached with /attach.',
    ],
    ['Run again with --debug to see more.', 'Start the chat again with --debug to see more.'],
    ['Allow more with --idle-timeout.', '/retry asks again.'],
    ['Upgrade: npm install --global copilot-cli@latest', 'Upgrade: npm install --global copilot-cli@latest'],
  ])('"%s" is worded for the chat', (hint, worded) => {
    expect(toChatHint(hint)).toBe(worded);
  });

  it('on a file that is no text names /attach', async () => {
    const repl = await createTestRepl();
    writeFileSync(join(repl.cwd, 'data.bin'), Buffer.from([1, 0, 2, 0, 3]));
    await repl.run('/attach data.bin');
    const shown = repl.take();
    expect(shown).toContain('attach it with /attach data.bin');
    expect(shown).not.toContain('-a');
  });
});
