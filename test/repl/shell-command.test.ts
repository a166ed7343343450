import { describe, expect, it } from 'vitest';
import { createTestRepl } from '../helpers/repl-app.ts';

describe.skipIf(process.platform === 'win32')('!command', () => {
  it('runs in the shell, and its output goes along with the next prompt where that is wanted', async () => {
    const repl = await createTestRepl({ files: { 'a.txt': 'The text of a.' } });
    await repl.run('!cat a.txt && echo "\u001b[31mred\u001b[0m"', 'y');
    expect(repl.questions).toEqual(['Add its output to the next prompt?']);
    expect(repl.take()).toMatch(/^› !cat a\.txt.*goes along/s);
    await repl.run('What is this?');
    expect(JSON.stringify(repl.modelCalls()[0]?.body)).toContain('The text of a.red\\n```');
    await repl.run('And this?');
    expect(repl.app.session.attachments).toEqual([]);
  });

  it('keeps its output to itself by default', async () => {
    const repl = await createTestRepl();
    await repl.run('!echo hello', '');
    await repl.run('Hi');
    expect(JSON.stringify(repl.modelCalls()[0]?.body)).not.toContain('hello');
  });

  it('tells how it ended, and asks nothing where there was no output', async () => {
    const repl = await createTestRepl();
    await repl.run('!exit 3');
    expect(repl.take()).toContain('Exit code 3.');
    await repl.run('!');
    expect(repl.take()).toContain('There is no command after !');
  });

  it('does without a terminal of its own where there is no script', async () => {
    const repl = await createTestRepl({ env: { PATH: '/nonexistent', SHELL: '/bin/sh' } });
    await repl.run('!echo hello; exit 4', 'y');
    expect(repl.take()).toContain('Exit code 4.');
    expect(repl.app.session.attachments).toMatchObject([{ text: expect.stringContaining('hello') }]);
  });

  it('says so where the shell is not there', async () => {
    const repl = await createTestRepl({ env: { PATH: '/nonexistent', SHELL: '/nonexistent/sh' } });
    await repl.run('!echo hello');
    expect(repl.take()).toContain('/nonexistent/sh cannot be started. Check SHELL.');
  });
});
