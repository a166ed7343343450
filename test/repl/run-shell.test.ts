import { describe, expect, it } from 'vitest';
import { toTyped } from '../../src/prompt-text.ts';
import { createTestRepl } from '../helpers/repl-app.ts';

describe.skipIf(process.platform === 'win32')('!command', () => {
  it('runs in the shell, asks no model, and attaches its output to the next prompt only', async () => {
    const repl = await createTestRepl({ files: { 'a.txt': 'The text of a.' } });
    await repl.run('!cat a.txt && echo "\u001b[31mred\u001b[0m"');
    expect(repl.questions).toEqual([]);
    expect(repl.app.state.attachments).toEqual([
      expect.stringMatching(/^!cat a\.txt && echo .*: 1 line, ~5 tokens$/),
    ]);
    await repl.run('What is this?');
    expect(JSON.stringify(repl.modelCalls()[0]?.body)).toContain('The text of a.red\\n```');
    expect(repl.app.session.attachments).toEqual([]);
    await repl.run('And this?');
    expect(repl.modelCalls()).toHaveLength(2);
  });

  it('masks the secrets of the environment in the attached output, and says how many', async () => {
    const repl = await createTestRepl({
      env: {
        MY_API_TOKEN: 'plain words of mine',
        SIGNING_KEYS: 'first line\nsecond line',
        DB_PASSWORD: 'hunter2',
        KEYBOARD: 'german',
        MAX_TOKENS: '4096',
      },
    });
    const mine = ['plain words of mine', 'first line', 'second line', 'hunter2'];
    await repl.run('!env; echo "the password is $DB_PASSWORD"; echo https://me:other1@example.org');
    expect(repl.app.state.attachments[0]).toMatch(/\d+ secrets masked$/);
    await repl.run('What is set?');
    const sent = JSON.stringify(repl.modelCalls()[0]?.body);
    for (const secret of [...mine, 'other1']) expect(sent).not.toContain(secret);
    expect(sent).toContain('the password is [secret]');
    expect(sent).toContain('https://me:[secret]@example.org');
    expect(sent).toContain('KEYBOARD=german');
    expect(sent).toContain('MAX_TOKENS=4096');
  });

  it('masks what a file of settings calls a secret', async () => {
    const repl = await createTestRepl({ files: { '.env': 'export STRIPE_SECRET="abcdef"\nNAME=plain\n' } });
    await repl.run('!cat .env');
    await repl.run('What is set?');
    const sent = JSON.stringify(repl.modelCalls()[0]?.body);
    expect(sent).not.toContain('abcdef');
    expect(sent).toContain('NAME=plain');
  });

  it('sends the beginning and the end of a long output, and says so', async () => {
    const repl = await createTestRepl();
    await repl.run('!seq 1 40000');
    expect(repl.app.state.attachments[0]).toMatch(
      /cut to \d+ lines of its beginning and end, ~75\d\d tokens$/,
    );
    await repl.run('What is this?');
    const sent = JSON.stringify(repl.modelCalls()[0]?.body);
    expect(sent).toContain('```\\n1\\n2\\n');
    expect(sent).toContain('[… the middle is left out …]');
    expect(sent).toContain('\\n40000\\n```');
    expect(sent).not.toContain('\\n20000\\n');
  });

  it.each([
    ['the beginning', 65_536 - 20],
    ['the end', 334_464 - 20],
  ])('sends no half of a token across the cut of %s, also if colours fill the output', async (_, at) => {
    const colour = '\u001b[38;5;200mx\u001b[0m';
    const filler = colour.repeat(30_000).slice(0, 400_000);
    const token = `eyJ${'aB3'.repeat(20)}.eyJ${'aB3'.repeat(20)}.${'aB3'.repeat(30)}`;
    const text = `${filler.slice(0, at)}\u001b[0m ${token} ${filler.slice(at + token.length + 6)}`;
    const repl = await createTestRepl({ files: { 'a.txt': text } });
    await repl.run('!cat a.txt');
    await repl.run('What is this?');
    const sent = JSON.stringify(repl.modelCalls()[0]?.body);
    expect(sent).toContain('[… the middle is left out …]');
    expect(sent).not.toMatch(/aB3/);
  });

  it('that fails sends its exit code along, with and without output', async () => {
    const repl = await createTestRepl();
    await repl.run('!echo no; exit 4');
    await repl.run('!exit 3');
    await repl.run('!true');
    expect(repl.take()).toMatch(/Exit code 4\.[\s\S]*Exit code 3\./);
    expect(repl.app.state.attachments).toEqual([
      '!echo no; exit 4: exit code 4, 1 line, ~1 token',
      '!exit 3: exit code 3, 0 lines, ~0 tokens',
    ]);
    await repl.run('Why?');
    const sent = JSON.stringify(repl.modelCalls()[0]?.body);
    expect(sent).toContain('`echo no; exit 4`: Exit code 4.');
    expect(sent).toContain('`exit 3` had no output. Exit code 3.');
  });

  it.each([
    ['a signal', 'kill -INT $$'],
    ['the code of a shell, and the key', 'echo begun; echo ^C; exit 130'],
  ])('that the person stopped is no failure, seen by %s', async (_, command) => {
    const repl = await createTestRepl();
    await repl.run(`!${command}`);
    expect(repl.take()).toMatch(/^Stopped\.$/m);
    await repl.run('!exit 130');
    expect(repl.take()).toMatch(/^Exit code 130\.$/m);
    expect(repl.app.state.attachments.map((one) => one.replace(/.*: /, ''))).toEqual([
      expect.stringMatching(/^stopped, /),
      expect.stringMatching(/^exit code 130, /),
    ]);
  });

  it('keeps the attached output through /undo, /new and an answer that does not come', async () => {
    const repl = await createTestRepl({ repl: { model: 'gpt-5-mini' }, answer: { text: 'An answer.' } });
    await repl.run('one');
    await repl.run('!echo kept');
    await repl.run('/undo');
    await repl.run('/new');
    expect(repl.app.state.attachments).toHaveLength(1);
    // The person clears what /undo brought back.
    repl.app.setDraft(toTyped(''));
    repl.simulator.faults.add({ path: '/responses', status: 400, times: 1 });
    await repl.run('two');
    expect(repl.app.state.attachments).toHaveLength(1);
  });

  it.each(['cd /', 'cd', 'export NAME=value', 'alias ll="ls -l"'])(
    '%s says that it holds for itself only',
    async (command) => {
      const repl = await createTestRepl();
      await repl.run(`!${command}`);
      expect(repl.take()).toContain('each command has a shell of its own. Join them with &&');
    },
  );

  it.each(['cd / && pwd', 'cd nosuch-folder', 'export', 'cdrom=1', 'echo cd /'])(
    '%s says nothing of the kind',
    async (command) => {
      const repl = await createTestRepl();
      await repl.run(`!${command}`);
      expect(repl.take()).not.toContain('a shell of its own');
    },
  );

  it('without a command is refused', async () => {
    const repl = await createTestRepl();
    await repl.run('!');
    expect(repl.take()).toContain('There is no command after !');
  });

  it('runs without a pseudo-terminal if `script` is not installed', async () => {
    const repl = await createTestRepl({ env: { PATH: '/nonexistent', SHELL: '/bin/sh' } });
    await repl.run('!echo hello; exit 4');
    expect(repl.take()).toContain('Exit code 4.');
    expect(repl.app.session.attachments).toMatchObject([{ text: expect.stringContaining('hello') }]);
  });

  it('says so if the shell does not exist', async () => {
    const repl = await createTestRepl({ env: { PATH: '/nonexistent', SHELL: '/nonexistent/sh' } });
    await repl.run('!echo hello');
    expect(repl.take()).toContain('/nonexistent/sh cannot be started.\nCheck SHELL.');
  });
});
