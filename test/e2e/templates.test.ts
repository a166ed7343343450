import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli, parseOutput } from '../helpers/cli.ts';
import { startInTerminal } from '../helpers/terminal.ts';

const review = `---
description: Reviews a change
model: gpt-5-mini
system: You review code in {{language}}.
schema: schemas/review.json
inputs:
  focus:
    description: What to look at first
  language: English
---
Review this change. Look at {{focus}} first.\r

{{stdin}}
`;

async function createWithTemplates(files: Record<string, string>): Promise<Cli & { folder: string }> {
  const cli = await createCli();
  const folder = join(cli.home, 'config', 'copilot-cli', 'templates');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return { ...cli, folder };
}

describe('templates list', () => {
  it('has a line for each, tab-separated on a pipe, the broken ones with what is wrong', async () => {
    const cli = await createWithTemplates({
      'review.md': review,
      'broken.md': '---\nmodle: x\n---\nSay it.\n',
      'plain.md': 'Sum up.\n',
    });
    symlinkSync('loop.md', join(cli.folder, 'loop.md'));
    const run = await cli.run(['templates']);
    expect(run.code).toBe(0);
    expect(run.stdout.replaceAll(`${cli.folder}/`, '').split('\n')).toEqual([
      expect.stringMatching(/^broken\tcannot be used: line 2: modle is not one of .*\t-\t-\tbroken.md$/),
      expect.stringMatching(/^loop\tcannot be used: .*ELOOP.*\t-\t-\tloop.md$/),
      'plain\t-\t-\t-\tplain.md',
      'review\tReviews a change\tgpt-5-mini\tfocus [language] stdin\treview.md',
      '',
    ]);
    expect(run.stderr.split('\n')).toEqual([
      expect.stringMatching(
        /^warning: .*broken.md, line 2: modle is not one of .*did you mean model\? Correct the file\.$/,
      ),
      expect.stringMatching(
        /^warning: .*loop.md cannot be read: its links lead in a circle \(ELOOP\)\. Check the links in the path\.$/,
      ),
      '',
    ]);
  });

  it('is a table on a terminal', async () => {
    const cli = await createWithTemplates({ 'review.md': review });
    const terminal = startInTerminal(cli, ['templates', 'list'], { columns: 200 });
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toMatch(/NAME +DESCRIPTION +MODEL +VARIABLES +PATH/);
    expect(stripVTControlCharacters(terminal.output)).toMatch(
      /review +Reviews a change +gpt-5-mini +focus \[language\] stdin +\//,
    );
  });

  it('that is empty says to a person how to make one', async () => {
    const cli = await createCli();
    expect(await cli.runHere(['templates'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const terminal = startInTerminal(cli, ['templates'], { columns: 250 });
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toMatch(
      /there are no prompt templates yet; write \S+\/copilot-cli\/templates\/NAME\.md, and use it with -t NAME\.\r\n$/,
    );
  });

  it('fails where the folder cannot be read', async () => {
    const cli = await createCli();
    mkdirSync(join(cli.home, 'config', 'copilot-cli'), { recursive: true });
    writeFileSync(join(cli.home, 'config', 'copilot-cli', 'templates'), '');
    expect(await cli.runHere(['templates'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('ENOTDIR'),
    });
  });
});

describe('templates show', () => {
  it('prints a file as it is, a broken one, too', async () => {
    const broken = '---\nmodle: x';
    const cli = await createWithTemplates({ 'review.md': review, 'broken.md': broken });
    expect(await cli.runHere(['templates', 'show', 'review'])).toMatchObject({ code: 0, stdout: review });
    expect(await cli.runHere(['templates', 'show', 'broken'])).toMatchObject({ code: 0, stdout: broken });
    expect((await cli.runHere(['templates', 'show', 'broken', '--json'])).code).toBe(3);
  });

  it('has its parts in JSON', async () => {
    const cli = await createWithTemplates({ 'review.md': review });
    expect(parseOutput(await cli.runHere(['templates', 'show', 'review', '--json']))).toEqual({
      schema_version: 1,
      name: 'review',
      path: join(cli.folder, 'review.md'),
      description: 'Reviews a change',
      model: 'gpt-5-mini',
      system: 'You review code in {{language}}.',
      schema: null,
      schema_path: join(cli.folder, 'schemas/review.json'),
      variables: [
        { name: 'focus', description: 'What to look at first', default: null, required: true },
        { name: 'language', description: null, default: 'English', required: false },
      ],
      uses_stdin: true,
      body: 'Review this change. Look at {{focus}} first.\n\n{{stdin}}',
    });
  });

  it('takes the power out of it where a terminal shows it', async () => {
    const cli = await createWithTemplates({ 'odd.md': 'Say\u001b[2J it.\n' });
    const terminal = startInTerminal(cli, ['templates', 'show', 'odd']);
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toBe('Say[2J it.\r\n');
  });

  it('suggests a name for one that does not exist', async () => {
    const cli = await createWithTemplates({ 'review.md': review });
    expect(await cli.runHere(['templates', 'show', 'reveiw'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/there is no prompt template reveiw in .*\. There are: review\n$/),
    });
  });
});
