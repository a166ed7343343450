import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { Language, Parser } from 'web-tree-sitter';
import { createCompletionTable, toTable } from '../../scripts/completion-table.ts';
import { readTyped, toLines } from '../../src/shell-completion/answer-shell.ts';
import { type Completion, complete, type Place } from '../../src/shell-completion/complete.ts';
import { completionScripts } from '../../src/shell-completion/scripts.ts';

const table = createCompletionTable();

/** Which placeholder is asked for, and what is known there. */
async function ask(...words: string[]): Promise<{ asked: [string, Place][]; completion: Completion }> {
  const asked: [string, Place][] = [];
  const completion = await complete(table, words, async (placeholder, place) => {
    asked.push([placeholder, place]);
    return [{ value: `<${placeholder}>` }];
  });
  return { asked, completion };
}

const list = async (...words: string[]): Promise<string[]> =>
  (await ask(...words)).completion.candidates.map(({ value }) => value);

describe('what completes a word', () => {
  it('is a command at the beginning, and never a hidden one', async () => {
    const names = await list('');
    expect(names).toEqual(expect.arrayContaining(['chat', 'login', 'models', 'completion', 'help']));
    expect(names).not.toContain('__complete');
  });

  it.each([
    ['a flag', ['chat', '-m', ''], '<model>'],
    ['a long flag', ['chat', '--model', ''], '<model>'],
    ['a flag without a command', ['-m', ''], '<model>'],
    ['a flag behind =', ['chat', '--model=g'], '--model=<model>'],
    ['a flag that comes behind words', ['chat', 'why', '--session', ''], '<conversation>'],
    ['a flag of all commands', ['models', '--account', ''], '<login>'],
    ['a flag of the list that runs without a command', ['sessions', '--limit', ''], '<number>'],
    ['an argument', ['sessions', 'show', ''], '<conversation>'],
    ['the second argument', ['config', 'set', 'theme', ''], '<value>'],
    ['one more argument of many', ['sessions', 'delete', 'one', ''], '<conversations>'],
    ['a topic of the help', ['help', ''], '<topic>'],
    ['an argument behind --', ['models', 'show', '--', ''], '<model>'],
  ])('is a value of %s', async (_, words, value) => {
    expect(await list(...words)).toContain(value);
  });

  it('is a value or a command where a flag may go without one', async () => {
    expect(await list('chat', '--resume', '')).toEqual(['<conversation>', '<prompt>']);
    expect(await list('chat', '--resume', '--no-s')).toContain('--no-save');
  });

  it('is one of the few values of a flag or an argument', async () => {
    expect(await list('sessions', 'export', '--format', '')).toEqual(['markdown', 'json', 'html']);
    expect(await list('completion', '')).toEqual(['bash', 'zsh', 'fish', 'powershell']);
  });

  it('is a flag that was not given yet, or one that may be given again', async () => {
    const flags = await list('chat', '--no-stdin', '-f', 'a.txt', '-');
    expect(flags).toEqual(expect.arrayContaining(['--model', '--file', '--debug']));
    expect(flags).not.toContain('--no-stdin');
  });

  it.each([
    [['accounts'], ['--json']],
    [['config'], ['--json']],
    [['endpoints'], ['--json']],
    [['templates'], ['--json']],
    [['sessions'], ['--limit', '--json']],
    [[], ['--model', '--file']],
  ])('is a flag of the command that runs after %j alone', async (words, flags) => {
    expect(await list(...words, '-')).toEqual(expect.arrayContaining(flags));
  });

  it.each([
    [['chat', '-f', 'a'], '--file'],
    [['chat', '--param', 'a=b'], '--param'],
    [['serve', '--allow-origin', 'https://a.example'], '--allow-origin'],
    [['endpoints', 'add', 'x', '--header', 'A: b'], '--header'],
    [['endpoints', 'add', 'x', '--model', 'one'], '--model'],
  ])('is offered again after %j', async (words, flag) => {
    expect(await list(...words, '-')).toContain(flag);
  });

  it.each([
    [['serve', '--port', '1'], '--port'],
    [['serve', '--max-body', '1'], '--max-body'],
    [['chat', '--timeout', '1'], '--timeout'],
    [['sessions', 'list', '--limit', '1'], '--limit'],
    [['run', '--jobs', '2'], '--jobs'],
    [['sessions', 'export', '--format', 'json'], '--format'],
  ])('is not offered again after %j', async (words, flag) => {
    expect(await list(...words.slice(0, -2), '-')).toContain(flag);
    expect(await list(...words, '-')).not.toContain(flag);
  });

  it('is no flag behind --, and no command behind words', async () => {
    expect(await list('chat', '--', '-')).toEqual(['<prompt>']);
    expect(await list('models', 'list', 'x', '')).toEqual([]);
  });

  it('knows the words and flags before it', async () => {
    const { asked } = await ask('chat', '-m', 'gpt-5-mini', 'hello', '--effort', '');
    const [[placeholder, place] = []] = asked;
    expect([placeholder, place?.words, place?.readFlag('--model')]).toEqual([
      'effort',
      ['hello'],
      'gpt-5-mini',
    ]);
  });
});

describe('what the build wrote', () => {
  it('is the table of the commands that the program has', () => {
    expect(JSON.parse(readFileSync('dist/completion.json', 'utf8'))).toEqual(table);
  });

  it('names every command and flag of commander, and hides what the help hides', () => {
    const leaf = new Command('leaf')
      .option('-s, --shown <file>', 'shown')
      .addOption(new Option('--kept <when>', 'kept').choices(['a', 'b']).hideHelp())
      .option('--many <x>', 'many', (value: string, before: string[] | undefined) => [
        ...(before ?? []),
        value,
      ])
      .option('--maybe [name]', 'maybe')
      .argument('<words...>');
    const root = new Command('root').addCommand(leaf, { hidden: true, isDefault: true });
    const [named] = toTable(root).commands;
    expect(named).toMatchObject({
      name: 'leaf',
      hidden: true,
      arguments: [{ placeholder: 'words', variadic: true }],
    });
    expect(toTable(new Command('outer').addCommand(root)).commands[0]?.silent).toBe('leaf');
    expect(named?.flags).toEqual(
      expect.arrayContaining([
        { long: '--shown', short: '-s', about: 'shown', takes: 'required', placeholder: 'file' },
        { long: '--kept', about: 'kept', takes: 'required', choices: ['a', 'b'], hidden: true },
        { long: '--many', about: 'many', takes: 'required', placeholder: 'x', repeats: true },
        { long: '--maybe', about: 'maybe', takes: 'optional', placeholder: 'name' },
        expect.objectContaining({ long: '--help', short: '-h' }),
      ]),
    );
  });

  const inputsOf = (file: string): string[] => {
    const { outputs } = JSON.parse(readFileSync('node_modules/.cache/copilot-cli/metafile.json', 'utf8'));
    return Object.keys(outputs[`dist/${file}`].inputs);
  };

  it('completes commands and flags with a few small files', () => {
    const inputs = inputsOf('complete-line.cjs');
    expect(inputs.filter((file) => !/^src\/(?:shell-completion\/|[^/]+\.ts$)/.test(file))).toEqual([]);
    expect(statSync('dist/complete-line.cjs').size).toBeLessThan(16_000);
  });

  it('completes values without commander, the network or the chat', () => {
    const heavy = /node_modules\/(?:commander|undici|react|ink)\/|^src\/(?:commands|repl|server|chat)\//;
    expect(inputsOf('complete-values.cjs').filter((file) => heavy.test(file))).toEqual([]);
  });
});

describe('the line of bash', () => {
  it.each<[line: string, words: string[]]>([
    ['copilot-cli ', ['']],
    ['copilot-cli mo', ['mo']],
    ['copilot-cli chat "two words" -m ', ['chat', 'two words', '-m', '']],
    ['copilot-cli chat "two wo', ['chat', 'two wo']],
    ["copilot-cli chat 'it", ['chat', 'it']],
    ['copilot-cli chat a\\ b', ['chat', 'a b']],
    ['copilot-cli chat --model=ollama/qwen3:8', ['chat', '--model=ollama/qwen3:8']],
    ['copilot-cli chat ""', ['chat', '']],
  ])('is cut into words: %s', (line, words) => {
    expect(readTyped('bash', [line], {}).words).toEqual(words);
  });

  const one = (line: string, value: string): string[] => {
    const typed = readTyped('bash', [line], {});
    return toLines('bash', { candidates: [{ value, about: 'about' }], adds: 'nothing' }, typed);
  };

  it.each([
    ['copilot-cli chat -m g', 'gpt-5-mini', 'gpt-5-mini'],
    ['copilot-cli chat -m ollama/qwen3:', 'ollama/qwen3:8b', '8b'],
    ['copilot-cli chat --model=g', '--model=gpt-5-mini', 'gpt-5-mini'],
    ['copilot-cli sessions show r', 'release notes', 'release\\ notes'],
    ['copilot-cli sessions show "r', 'release `x` "notes" $y', 'release \\`x\\` \\"notes\\" \\$y'],
    ["copilot-cli sessions show 'it", "it's", "it'\\''s"],
    ['copilot-cli sessions show x', 'x$(rm)', 'x\\$\\(rm\\)'],
  ])('%s gets %s as %s', (line, value, shown) => {
    expect(one(line, value)).toEqual([shown, '\tnothing']);
  });

  it('gets only what it begins', () => {
    expect(one('copilot-cli chat -m x', 'gpt-5-mini')).toEqual(['\tnothing']);
  });
});

describe('the candidates of other shells', () => {
  const toList = (shell: 'zsh' | 'fish' | 'powershell', value: string, about?: string): string[] =>
    toLines(shell, { candidates: [{ value, about }], adds: 'files' }, { words: [''], raw: '' });

  it('have their descriptions', () => {
    expect(toList('zsh', 'ollama/qwen3:8b', 'a: b')).toEqual(['ollama/qwen3\\:8b:a\\: b', '\tfiles']);
    expect(toList('zsh', 'plain')).toEqual(['plain', '\tfiles']);
    expect(toList('fish', 'gpt-5-mini', 'GPT-5 mini')).toEqual(['gpt-5-mini\tGPT-5 mini', '\tfiles']);
    expect(toList('powershell', "it's $(x)", 'a')).toEqual(["'it''s $(x)'\ta", '\tfiles']);
  });

  it('are left out if they would end the line or hide something', () => {
    for (const value of ['a\nb', 'a\tb', '\u001b[2Jx', 'a\u202eb', ''])
      expect(toList('zsh', value)).toEqual(['\tfiles']);
  });

  it('of PowerShell come for the words in the variable', () => {
    expect(readTyped('powershell', [], { COPILOT_CLI_WORDS: 'chat\n-m\n' }).words).toEqual([
      'chat',
      '-m',
      '',
    ]);
  });
});

it('the script for PowerShell is what its grammar allows', async () => {
  await Parser.init();
  const path = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
  const parser = new Parser().setLanguage(await Language.load(readFileSync(path)));
  expect(parser.parse(completionScripts.powershell)?.rootNode.hasError).toBe(false);
  expect(parser.parse(completionScripts.powershell.replace(/\}\s*$/, ''))?.rootNode.hasError).toBe(true);
});
