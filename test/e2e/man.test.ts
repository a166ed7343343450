import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createHelp, listCommands } from '../../scripts/help-texts.ts';
import { fromMarkdown } from '../../scripts/man/from-markdown.ts';
import { toRoff, verbatim } from '../../scripts/man/roff.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = readdirSync(`${root}/dist/man`).map((name) => `dist/man/${name}`);
const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));

function runProgram(program: string, ...argv: string[]): { output: string; errors: string } {
  const env = { ...process.env, MANWIDTH: '80', LC_ALL: 'C.UTF-8' };
  const { stdout, stderr, error } = spawnSync(program, argv, { cwd: root, encoding: 'utf8', env });
  if (error) throw error;
  return { output: stdout.replaceAll(/.\u0008|\u001b\[[\d;]*m/g, ''), errors: stderr };
}

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
/** CI installs them. */
const canRead = process.env.CI !== undefined || ['mandoc', 'groff', 'man'].every(has);

describe('the pages of man', () => {
  it('are those that package.json names: one for the program and one for each command', () => {
    expect([...manifest.man].sort()).toEqual([...pages].sort());
    const program = createHelp(manifest.version, 80);
    const names = program
      .createHelp()
      .visibleCommands(program)
      .map((command) => command.name());
    expect(pages.map((page) => page.replace('dist/man/', '')).sort()).toEqual(
      [
        'copilot-cli.1',
        ...names.filter((name) => name !== 'help').map((name) => `copilot-cli-${name}.1`),
      ].sort(),
    );
  });

  it('have every command and every flag', () => {
    const text = pages.map((page) => readFileSync(`${root}/${page}`, 'utf8')).join('\n');
    for (const command of listCommands(createHelp(manifest.version, 80))) {
      const helper = command.createHelp();
      for (const option of helper.visibleOptions(command))
        expect(text).toContain(toRoff(helper.optionTerm(option)));
    }
  });

  it.runIf(canRead).each(pages)('have nothing that mandoc or groff warns of: %s', (page) => {
    expect(runProgram('mandoc', '-T', 'lint', page)).toEqual({ output: '', errors: '' });
    expect(runProgram('groff', '-ww', '-man', '-Tutf8', page)).toMatchObject({ errors: '' });
  });

  it.runIf(canRead)('are shown by man, with the exit codes and the variables', () => {
    const { output, errors } = runProgram('man', './dist/man/copilot-cli.1');
    expect(errors).toBe('');
    expect(output).toMatch(/^COPILOT-CLI\(1\)/);
    for (const title of ['SYNOPSIS', 'COMMANDS', 'EXIT STATUS', 'ENVIRONMENT', 'EXAMPLES', 'BUGS'])
      expect(output).toMatch(new RegExp(`^${title}$`, 'm'));
    expect(output).toMatch(/^ +124 +timeout\n +when: a timeout/m);
    expect(output).toContain('GITHUB_COPILOT_TOKEN');
    expect(output).not.toMatch(/\\f|\*\*|\]\(/);
  });

  it.runIf(canRead)('show examples as a person types them', () => {
    const { output } = runProgram('man', './dist/man/copilot-cli-models.1');
    expect(output).toContain(`$ copilot-cli models --filter 'vision && context>=200k' --sort price`);
  });
});

describe('roff', () => {
  it.each([
    ['a backslash', String.raw`C:\new`, String.raw`C:\enew`],
    ['a flag', '--json', String.raw`\-\-json`],
    ['a quote', "it's", String.raw`it\(aqs`],
    ['what is not ASCII', '“…”', String.raw`\[u201C]\[u2026]\[u201D]`],
  ])('writes %s so that it is printed as it stands', (_, text, roff) => {
    expect(toRoff(text)).toBe(roff);
  });

  it('takes no line of an example for a request', () => {
    expect(verbatim(".env\n'x")).toContain('\\&.env');
  });

  it.each([
    ['| a | b |\n| --- | --- |\n| `x` | y |', ['.TP', '\\fBx\\fR', 'y']],
    ['- one\n- two', ['.IP \\(bu 2', 'one', '.IP \\(bu 2', 'two']],
    ['see [it](serve.md)', ['.PP', 'see \\fBcopilot\\-cli help serve\\fR']],
  ])('is made of Markdown: %j', (markdown, lines) => {
    expect(fromMarkdown(markdown)).toEqual(lines);
  });

  it('is not made of Markdown that it does not know', () => {
    expect(() => fromMarkdown('> a quote')).toThrow('blockquote');
  });
});
