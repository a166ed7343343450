import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestRepl } from '../../helpers/repl-app.ts';

describe('/export', () => {
  it('names the file after the conversation, and writes the format of its extension', async () => {
    const repl = await createTestRepl({ answer: { text: 'Because of <Rayleigh>.' } });
    await repl.run('Why is the sky blue?');
    await repl.run('/export');
    expect(repl.take()).toContain(`Written to ${join(repl.cwd, 'why-is-the-sky-blue.md')}.`);
    expect(readFileSync(join(repl.cwd, 'why-is-the-sky-blue.md'), 'utf8')).toMatch(/## You.*Rayleigh/s);
    await repl.run('/export my sky.html');
    expect(readFileSync(join(repl.cwd, 'my sky.html'), 'utf8')).toContain('&lt;Rayleigh&gt;');
    await repl.run('/export sky.json');
    expect(JSON.parse(readFileSync(join(repl.cwd, 'sky.json'), 'utf8')).turns).toHaveLength(2);
  });

  it('overwrites nothing without a yes', async () => {
    const repl = await createTestRepl({ files: { 'a.md': 'mine' } });
    await repl.run('Hi');
    await repl.run('/export a.md', '');
    expect(repl.take()).toContain('Nothing was written.');
    expect(readFileSync(join(repl.cwd, 'a.md'), 'utf8')).toBe('mine');
    await repl.run('/export a.md', 'y');
    expect(readFileSync(join(repl.cwd, 'a.md'), 'utf8')).toContain('## You');
  });

  it.skipIf(process.platform === 'win32')('waits for no reader of a pipe', async () => {
    const repl = await createTestRepl();
    execFileSync('mkfifo', [join(repl.cwd, 'pipe.md')]);
    await repl.run('Hi');
    await repl.run('/export pipe.md', 'y');
    expect(repl.take()).toContain('pipe.md is a pipe or a socket that no program reads');
  });

  it.each([
    ['/export a.txt', 'does not end in .md, .json or .html'],
    ['/export folder.md', 'folder.md is a folder'],
    ['/export nowhere/a.md', 'cannot be written'],
  ])('%s says what is wrong', async (command, sentence) => {
    const repl = await createTestRepl({ files: { 'folder.md/x': '' } });
    await repl.run('Hi');
    await repl.run(command);
    expect(repl.take()).toContain(sentence);
  });
});

describe('/search', () => {
  it('continues the conversation that is picked', async () => {
    const repl = await createTestRepl({ answer: { text: 'Because of Rayleigh.' } });
    await repl.run('Why is the sky blue?');
    await repl.run('/new');
    await repl.run('Why is the grass green?');
    repl.take();
    await repl.run('/search rayleigh', 'sky');
    expect(repl.questions).toEqual(['Found 2 turns. Continue at which one?']);
    expect(repl.take()).toMatch(/› Why is the sky blue\?.*Continuing “Why is the sky blue\?”: 1 turn/s);
    await repl.run('And at night?');
    expect(JSON.stringify(repl.modelCalls().at(-1)?.body)).toContain('sky blue');
  });

  it('begins shortly before the hit, and ticks the conversation that is open', async () => {
    const words = Array.from({ length: 200 }, (_, index) => `word${index}`).join(' ');
    const repl = await createTestRepl({ answer: { text: words } });
    await repl.run('say it');
    await repl.run('/search word150', undefined);
    expect(repl.listed[0]).toMatch(/^say it … ?\S{0,7} ?word149 word150 word151/);
    expect(repl.rows).toEqual(['say it ✓ | just now']);
    await repl.run('/branch');
    await repl.run('/search word150', undefined);
    expect(repl.rows).toEqual(['say it (copy) ✓ | just now', 'say it | just now']);
  });

  it('shows in 80 columns what tells hits of one conversation apart', async () => {
    const repl = await createTestRepl({ columns: 80, answer: { text: 'Of all apples, these are ripe.' } });
    await repl.run('seventy red apples in a basket');
    await repl.run('green apples');
    await repl.run('/search apples', undefined);
    expect(repl.rows).toEqual(Array(4).fill('seventy red apples … ✓ | just now'));
    expect(repl.listed.map((row) => row.replace('seventy red apples … ', ''))).toEqual([
      'you: seventy red apples in a basket',
      'Of all apples, these are ripe.',
      'you: green apples',
      'Of all apples, these are ripe.',
    ]);
  });

  it('shows the hit first in a narrow window', async () => {
    const repl = await createTestRepl({ columns: 40, answer: { text: 'Because of Rayleigh.' } });
    await repl.run('Why is the sky blue?');
    await repl.run('/search rayleigh', undefined);
    expect(repl.listed[0]).toMatch(/^Why is the sk… Because of Rayleigh\. · \S+ · just now$/);
  });

  it('says so if nothing was found, and what it needs', async () => {
    const repl = await createTestRepl();
    await repl.run('/search');
    expect(repl.take()).toContain('/search needs words');
    await repl.run('/search rayleigh');
    expect(repl.take()).toContain('Nothing was found.');
  });
});
