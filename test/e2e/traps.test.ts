import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCli } from '../helpers/cli.ts';
import { startRepl } from '../helpers/repl-emulator.ts';
import { sampled } from '../helpers/sampled.ts';

describe('a program in the current folder', () => {
  it('is not run in place of gh, whatever PATH leads there', async () => {
    const cli = await createCli();
    const ran = join(cli.home, 'ran');
    writeFileSync(join(cli.home, 'gh'), `#!/bin/sh\ntouch ${ran}\necho gho_planted0123456789\n`, {
      mode: 0o755,
    });
    for (const entry of ['', '.', '..', 'bin/..']) {
      const run = await cli.runHere(['status'], {
        cwd: cli.home,
        env: { PATH: `${entry}:${cli.env.PATH}` },
      });
      expect(run.code).toBe(4);
    }
    expect(existsSync(ran)).toBe(false);
  });
});

describe('the schema of a template', () => {
  sampled.it.each([
    ['a link out of the folder', true],
    ['a link to a folder elsewhere', false],
  ])('does not follow %s', async (_, isFile) => {
    const cli = await createCli();
    await cli.signIn();
    const outside = join(cli.home, 'outside');
    const repository = join(cli.home, 'repository');
    mkdirSync(outside);
    mkdirSync(repository);
    writeFileSync(join(outside, 'schema.json'), '{"type":"object","title":"mine"}');
    if (isFile) symlinkSync(join(outside, 'schema.json'), join(repository, 'schema.json'));
    else symlinkSync(outside, join(repository, 'sub'));
    const schema = isFile ? 'schema.json' : 'sub/schema.json';
    writeFileSync(join(repository, 'ask.md'), `---\nschema: ${schema}\n---\nhi\n`);
    const run = await cli.run(['run', './ask.md'], { cwd: repository });
    expect(run.stderr).toContain('is a link that leads out of the folder of the template');
    expect(run.code).toBe(3);
    expect(cli.simulator.requestsTo('/chat/completions')).toEqual([]);
  });

  it('is read where template and schema are links into one folder, and where the schema is a link within it', async () => {
    const cli = await createCli();
    await cli.signIn();
    const kept = join(cli.home, 'dotfiles');
    const templates = join(cli.home, 'config', 'copilot-cli', 'templates');
    mkdirSync(kept);
    mkdirSync(templates, { recursive: true });
    writeFileSync(join(kept, 'real.json'), '{"type":"string"}');
    symlinkSync('real.json', join(kept, 'schema.json'));
    writeFileSync(join(kept, 'ask.md'), '---\nschema: schema.json\n---\nhi\n');
    symlinkSync(join(kept, 'ask.md'), join(templates, 'ask.md'));
    symlinkSync(join(kept, 'schema.json'), join(templates, 'schema.json'));
    const run = await cli.runHere(['chat', '-t', 'ask', '--dry-run']);
    expect(run.stderr).not.toContain('link');
    expect(run.code, run.stderr).toBe(0);
  });
});

describe('--extract-to', () => {
  it('gives a name of its own to a file whose name would bite', async () => {
    const cli = await createCli();
    await cli.signIn();
    const names = ['-rf', '.bashrc', '.git/hooks/pre-commit', 'con.txt', '~', 'a\u202eb'];
    const prompt = `files:\n\n${names.map((name) => `\`\`\`txt title="${name}"\nx\n\`\`\``).join('\n\n')}`;
    const out = join(cli.home, 'out');
    const run = await cli.runHere(['chat', prompt, '--extract-to', out]);
    expect(run.code, run.stderr).toBe(0);
    expect(readdirSync(out).sort()).toEqual(names.map((__, index) => `block-${index + 1}.txt`));
  });
});

describe('sessions delete', () => {
  const read = (data: string): string => {
    const file = join(data, 'copilot-cli', 'prompt-history.jsonl');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };

  it('takes the prompts of the conversation out of the history of the chat, and leaves the others', async () => {
    const { cli, chat, say, waitForAnswer } = await startRepl();
    say('the launch code is 4711');
    await waitForAnswer('You said: the launch code is 4711');
    say('/new');
    await chat.waitForScreen(/new conversation|New conversation|begun/i);
    say('something else');
    await waitForAnswer('You said: something else');
    const data = cli.env.XDG_DATA_HOME ?? '';
    await expect.poll(() => read(data)).toContain('something else');
    expect(read(data)).toContain('4711');

    const list = JSON.parse((await cli.runHere(['sessions', 'list', '--json'])).stdout) as {
      conversations: { id: string; title: string }[];
    };
    const secret = list.conversations.find(({ title }) => title.includes('4711'));
    const run = await cli.runHere(['sessions', 'delete', '--yes', secret?.id ?? '']);
    expect(run.code, run.stderr).toBe(0);
    expect(read(data)).not.toContain('4711');
    expect(read(data)).toContain('something else');

    // The chat is still open, and goes on writing.
    say('a third one');
    await waitForAnswer('You said: a third one');
    await expect.poll(() => read(data)).toContain('a third one');
    expect(read(data)).not.toContain('4711');

    expect((await cli.runHere(['sessions', 'delete', '--yes', '--all'])).code).toBe(0);
    expect(read(data)).toBe('');
  });
});
