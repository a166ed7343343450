import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { settingDefinitions } from '../src/config/settings.ts';
import { answerInTurn } from './helpers/answers.ts';
import { binary, type Cli, collect, createCli } from './helpers/cli.ts';
import { sampled } from './helpers/sampled.ts';
import { type ToolExample, toolExamples } from './helpers/tool-examples.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const listBlocks = (path: string, language: string): string[] =>
  [...read(path).matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, block = '']) => block,
  );

/** What a reader would type into a shell: each line behind a `$` of a console, and each script. */
const examples = pages.flatMap((page) => [
  ...listBlocks(page, 'console')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('$ '))
    .map((line) => [page, line.slice(2)] as const),
  ...listBlocks(page, 'bash').map((script) => [page, script] as const),
]);

/** What a model would answer to some of them. */
const answers: [RegExp, string][] = [
  [/--schema/, '{"name":"Ada","age":36}'],
  [/ -x /, '```sh\nwc -l\n```\n'],
];

const files: Record<string, string> = {
  'README.md': read('README.md'),
  'lines.txt': 'one\ntwo\n',
  'person.json': '{"type":"object","required":["name"],"properties":{"name":{"type":"string"}}}',
  'src/a.ts': 'export const a = 1;\n',
  'texts/a.txt': 'Ada wrote the first program.\n',
  'texts/b.txt': 'Ada again.\n',
};

type Ran = { code: number | null; stdout: string; stderr: string; folder: string };

/** Runs a script in a shell that finds copilot-cli, in a folder of its own with these files. */
async function runScript(cli: Cli, script: string, ownFiles: Record<string, string> = {}): Promise<Ran> {
  const shims = join(cli.home, 'bin');
  const folder = join(cli.home, 'work');
  mkdirSync(shims);
  symlinkSync(binary, join(shims, 'copilot-cli'));
  for (const [name, text] of Object.entries({ ...files, ...ownFiles })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  // Git writes its own lines into it before the hook runs.
  writeFileSync(join(folder, 'message.txt'), '\n# Please enter the commit message.\n');
  const env = { ...cli.env, PATH: `${shims}${delimiter}${cli.env.PATH}` };
  // A hook of git gets the file of the message, and no source for it.
  const argv = [
    '-c',
    `set -o pipefail; git init --quiet .; git add src; ${script}`,
    'hook',
    'message.txt',
    '',
  ];
  const child = spawn('bash', argv, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, stdout: stdout(), stderr: stderr(), folder })),
  );
}

type Message = { tool_call_id?: string; content?: unknown; tool_calls?: { id: string }[] };

/** What the model got for each of its calls, in their order. */
function readResults({ simulator }: Cli): string[] {
  const body = simulator.requestsTo('/chat/completions').at(-1)?.body as { messages: Message[] };
  const calls = body.messages.flatMap(({ tool_calls = [] }) => tool_calls);
  return calls.map(({ id }) =>
    String(body.messages.find(({ tool_call_id }) => tool_call_id === id)?.content),
  );
}

async function checkToolExample({ answers, files, check }: ToolExample, script: string): Promise<void> {
  const cli = await createCli({ answer: answerInTurn(...answers) });
  await cli.signIn();
  const { code, ...ran } = await runScript(cli, script, files);
  expect(code, ran.stderr).toBe(0);
  check({ ...ran, told: readResults(cli) });
}

const has = (program: string): boolean => spawnSync('bash', ['-c', `command -v ${program}`]).status === 0;

describe('README.md and docs', () => {
  it('have examples', () => expect(examples.length).toBeGreaterThan(30));

  it('have one for each run of tools', () => {
    for (const { command } of toolExamples)
      expect(examples.filter(([, script]) => script.includes(command))).toHaveLength(1);
  });

  sampled.it.each(examples.filter(([, script]) => !/\bjq\b/.test(script) || has('jq')))(
    '%s shows what works: %s',
    async (_, script) => {
      const example = toolExamples.find(({ command }) => script.includes(command));
      if (example) return checkToolExample(example, script);
      const answer = answers.find(([pattern]) => pattern.test(script))?.[1];
      const cli = await createCli(answer === undefined ? {} : { answer: { text: [answer] } });
      await cli.signIn();
      expect(await runScript(cli, script)).toMatchObject({ code: 0 });
    },
  );
});

describe('README.md', () => {
  it('is short', () => {
    expect(read('README.md').split('\n').length).toBeLessThan(200);
  });

  it('says in the first screen that this is not by GitHub, and what may happen', () => {
    const start = read('README.md').split('\n').slice(0, 24).join(' ');
    expect(start).toMatch(/not GitHub's own/);
    expect(start).toMatch(/forbid this at any time, and may restrict accounts/);
  });

  it('has links to what is there', () => {
    const links = [
      ...read('README.md').matchAll(/(?:\]\(|(?:src|srcset)=")(?!https?:)([^)#"]+)(?:#([^)]*))?/g),
    ];
    expect(links.length).toBeGreaterThan(20);
    for (const [, path = '', anchor] of links) {
      expect(existsSync(join(root, path)), path).toBe(true);
      if (anchor !== undefined) expect(listAnchors(path)).toContain(anchor);
    }
  });
});

/** As GitHub makes them of headings. */
function listAnchors(path: string): string[] {
  return [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('docs/environment.md', () => {
  it.each(Object.values(settingDefinitions).flatMap(({ variables }) => [...variables]))(
    'names the variable %s',
    (variable) => {
      expect(read('docs/environment.md')).toContain(`\`${variable}\``);
    },
  );

  it('is linked to by an anchor that the README has', () => {
    const links = [...read('docs/environment.md').matchAll(/README\.md#([^)]+)/g)];
    expect(links.length).toBeGreaterThan(0);
    for (const [, anchor] of links) expect(listAnchors('README.md')).toContain(anchor);
  });
});
