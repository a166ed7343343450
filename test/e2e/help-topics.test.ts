import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { topicNames } from '../../src/help/topic-names.ts';
import { topics } from '../../src/help/topics.ts';
import { binary, createCli } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { startProgramInTerminal } from '../helpers/terminal.ts';

const readPage = (name: string): string => readFileSync(`docs/${name}.md`, 'utf8');

describe('help TOPIC', () => {
  it('knows every page of docs but the one that is made from the help itself, and one for makers', () => {
    const pages = readdirSync('docs')
      .filter((name) => name.endsWith('.md') && !['commands.md', 'look.md'].includes(name))
      .map((name) => name.replace('.md', ''));
    expect(topicNames.map((name) => topics[name].file ?? name)).toEqual(expect.arrayContaining(pages));
  });

  it.each(topicNames)('prints the page of %s as it is into a pipe', async (name) => {
    const cli = await createCli();
    const page = readPage(topics[name].file ?? name);
    const { stdout, stderr, code } = await cli.runHere(['help', name]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout.endsWith(page)).toBe(true);
  });

  it.each(['serve', 'accounts', 'endpoints', 'templates'])(
    'prints the help of the command %s above its page',
    async (name) => {
      const cli = await createCli();
      const help = await cli.run([name, '--help']);
      const { stdout } = await cli.run(['help', name]);
      expect(stdout.startsWith(`${help.stdout}\n# `)).toBe(true);
    },
  );

  it('lays the page out on a terminal, and names topics in place of files', async () => {
    const cli = await createCli();
    const terminal = startProgramInTerminal({
      argv: ['--', binary, 'help', 'scripts', '--no-pager'],
      env: { ...cli.env, FORCE_COLOR: '0' },
      columns: 120,
    });
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output).toContain('copilot-cli help exit-codes');
    expect(terminal.output).not.toMatch(/\]\(|\| --- \|/);
    // Lines of code are never wrapped.
    const prose = terminal.output.split('\r\n').filter((line) => !/\$ |\|/.test(line));
    const widest = Math.max(...prose.map(({ length }) => length));
    expect(widest).toBeGreaterThan(80);
    expect(widest).toBeLessThanOrEqual(100);
  });

  it('wraps its paragraphs anew, and leaves code and tables', async () => {
    const cli = await createCli();
    const terminal = startProgramInTerminal({
      argv: ['--', binary, 'help', 'exit-codes', '--no-pager'],
      env: { ...cli.env, FORCE_COLOR: '0' },
      columns: 400,
    });
    expect(await terminal.exitCode).toBe(0);
    const lines = terminal.output.split('\r\n');
    // The page is wrapped at other words than a line of 100 columns.
    expect(lines).toContainEqual(expect.stringMatching(/^A batch .{80,92}$/));
    expect(lines.filter((line) => /^order of the input/.test(line))).toEqual([]);
    expect(lines).toContainEqual(expect.stringMatching(/^2 +│ `usage` +│/));
  });

  it('goes through the pager of the person', async () => {
    const cli = await createCli();
    const terminal = startProgramInTerminal({
      argv: ['--', binary, 'help', 'networks'],
      env: { ...cli.env, PAGER: 'head -n 1' },
    });
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.output.trim().split('\r\n')).toHaveLength(1);
  });

  it('lists the topics without one, and refuses what is none', async () => {
    const cli = await createCli();
    const { stdout } = await cli.runHere(['help']);
    for (const name of topicNames) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    const refused = await cli.runHere(['help', 'nonsense']);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('See all commands and topics: copilot-cli help');
  });
});

describe('completion', () => {
  it('knows topics and commands behind help', async () => {
    const cli = await createCli();
    const { stdout } = await cli.run(['__complete', 'fish', '--', 'help', '']);
    for (const name of [...topicNames, 'chat', 'logout'])
      expect(stdout).toMatch(new RegExp(`^${name}\t`, 'm'));
  });
});

describe('the pages of docs', () => {
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md') && name !== 'look.md');

  it.each(pages)('%s has links to what is in the package, or to the web', (name) => {
    const links = [...readFileSync(`docs/${name}`, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)];
    for (const [, path = ''] of links) {
      expect(existsSync(`docs/${path}`), path).toBe(true);
      expect(path).toMatch(/^(?:[\w-]+\.md|[\w.-]+\.schema\.json|schemas\b.*|\.\.\/README\.md)$/);
    }
  });
});

describe('a link on a page in a terminal', () => {
  const linking = topicNames.filter((name) => /\]\(/.test(readPage(topics[name].file ?? name)));

  sampled.it.each(linking)('shows its address or the command for its topic: %s', async (name) => {
    const cli = await createCli();
    const terminal = startProgramInTerminal({
      argv: ['--', binary, 'help', name, '--no-pager'],
      // This terminal has links that can be clicked, whose addresses are hidden.
      env: { ...cli.env, TERM_PROGRAM: 'WezTerm' },
      columns: 1000,
    });
    expect(await terminal.exitCode).toBe(0);
    const shown = stripVTControlCharacters(terminal.output).replaceAll(/\s+/g, ' ');
    const page = readPage(topics[name].file ?? name).replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, '');
    for (const [, words = '', target = ''] of page.matchAll(/(?<!!)\[([^\]]+)\]\(([^)\s]+)\)/g)) {
      const [path = ''] = target.split('#');
      const topic = path.replace(/\.md$/, '');
      const isOnWeb = /^https?:/.test(target);
      if (isOnWeb) expect(shown).toContain(words === target ? target : target.replace(/\/$/, ''));
      else if (topicNames.some((known) => known === topic))
        expect(shown).toContain(`copilot-cli help ${topic}`);
      else if (path !== '') expect(shown).toMatch(new RegExp(`https:\\S+/${path.replace(/^\.\.\//, '')}`));
    }
  });
});
