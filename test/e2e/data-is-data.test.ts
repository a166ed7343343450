import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { binary, type Cli, canary, collect, createCli, parseOutput, type Run } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import { startProgramInTerminal } from '../helpers/terminal.ts';

/** A picture of one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

type Project = Cli & { cwd: string; ask(argv: string[], stdin?: string | Uint8Array): Promise<Run> };

/** Somebody who is signed in, in a folder with a few files and a few secrets. */
/** Runs a line of bash in which `run` asks hi, with what is given before it. */
async function runScript(cli: Project, line: string) {
  const script = `run() { "${process.execPath}" "${binary}" chat --json "$@" hi; }; ${line}`;
  const child = spawn('bash', ['-c', script], {
    cwd: cli.cwd,
    env: cli.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, stdout: stdout(), stderr: stderr() };
}

async function createProject(): Promise<Project> {
  const cli = await createCli();
  await cli.signIn();
  cli.env.GITHUB_COPILOT_MODEL = 'gpt-5-mini';
  const cwd = join(cli.home, 'work');
  const files: Record<string, string | Buffer> = {
    'notes.txt': 'one\ntwo\n',
    'src/a.ts': 'const a = 1;\n',
    'src/b.ts': 'const b = 2;\n',
    'public/index.html': 'the public page',
    'media/readme.md': 'the media folder',
    'picture.png': png,
    '.env': 'KEY=hidden-value',
    'server.key': 'key-value',
    'conf/credentials.json': '{"token":"named-value"}',
    'conf/app.json': '{"port":1}',
    'template.md': 'Explain @notes.txt and {{what}}.\n\n{{stdin}}\n',
    'ask-plain.md': '---\nsystem: marked\n---\nsay it\n',
    'ask-schema.json': '{"type":"object","properties":{},"additionalProperties":true,"title":"marked"}',
    'ask-tools.json': '[{"name":"lookup","parameters":{"type":"object","properties":{"marked":{}}}}]',
    'ask-servers.json': '{"mcpServers":{},"note":"marked"}',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  return {
    ...cli,
    cwd,
    ask: (argv, stdin) => cli.runHere(argv, { cwd, ...(stdin !== undefined && { stdin }) }),
  };
}

/** What the model was sent, as text. */
const readSent = (cli: Cli): string =>
  JSON.stringify(cli.simulator.requestsTo('/responses').map(({ body }) => body));

const attachmentsOf = (run: Run): unknown => parseOutput(run).attachments;

const diff = `diff --git a/tsconfig.json b/tsconfig.json
+    "paths": { "@/": "./src/", "@public": ["public"] }
+@media (min-width: 40em) { }
+see @notes.txt and @~/config/copilot-cli/credentials.json, @/etc/hosts
`;

describe('what is piped in is text', () => {
  sampled.it.each<[name: string, argv: string[]]>([
    ['behind a prompt', ['chat', '--json', 'summarise']],
    ['alone', ['chat', '--json']],
    ['in place of a mark', ['chat', '--json', 'before', '-', 'after']],
    ['in a template', ['run', 'template.md', '-p', 'what=more', '--json']],
    ['as a file', ['chat', '--json', '-f', '-', 'summarise']],
    ['as a value', ['run', 'template.md', '-p', `what=${diff}`, '--json']],
  ])('%s', { timeout: 30_000 }, async (_, argv) => {
    const cli = await createProject();
    const run = await cli.ask(argv, diff);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(readSent(cli)).toContain('credentials.json');
    expect(readSent(cli)).not.toMatch(
      new RegExp(`${canary}|one\\\\ntwo|the public page|the media folder|127\\.0\\.0\\.1`),
    );
    const isFile = argv.includes('-f');
    expect(attachmentsOf(run)).toEqual(
      isFile ? [{ path: 'stdin', kind: 'file', bytes: Buffer.byteLength(diff) }] : [],
    );
    // A file is no part of the prompt besides.
    expect(readSent(cli).split('min-width').length - 1).toBe(
      argv.some((word) => word.startsWith('what=diff')) ? 2 : 1,
    );
  });

  it('by each line', async () => {
    const cli = await createProject();
    const run = await cli.ask(['chat', '--each-line', 'Translate:'], 'see @notes.txt\n@src\n');
    expect(run.code).toBe(0);
    expect(readSent(cli)).not.toMatch(/one\\ntwo|const a/);
  });
});

describe('a mention that a person typed', () => {
  sampled.it.each([
    'see @src/a.ts,@notes.txt',
    'see @"src/a.ts",@"notes.txt"',
    'see @"src/a.ts"@"notes.txt"',
    'see @src/a.ts..@notes.txt',
    'see @src/a.ts->@notes.txt',
  ])('brings each file of a word: %s', async (words) => {
    const cli = await createProject();
    const run = await cli.ask(['chat', '--no-stdin', '--json', words]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(attachmentsOf(run)).toMatchObject([{ path: 'src/a.ts' }, { path: 'notes.txt' }]);
  });

  sampled.it.each<[words: string, attachments: unknown[]]>([
    ['see @notes.txt.', [{ path: 'notes.txt', kind: 'file', bytes: 8 }]],
    [
      'what is in @src?',
      [
        { path: 'src/a.ts', kind: 'file', bytes: 13 },
        { path: 'src/b.ts', kind: 'file', bytes: 13 },
      ],
    ],
    ['@picture.png', [{ path: 'picture.png', kind: 'image', bytes: png.length }]],
    ['@.env', [{ path: '.env', kind: 'file', bytes: 16 }]],
    ['@nosuch.txt @scope/name @layer', []],
    ['@conf', [{ path: 'conf/app.json', kind: 'file', bytes: 10 }]],
    [
      '@.',
      expect.not.arrayContaining([
        expect.objectContaining({ path: expect.stringMatching(/env|key|credentials/) }),
      ]),
    ],
  ])('%s', { timeout: 30_000 }, async (words, attachments) => {
    const cli = await createProject();
    const run = await cli.ask(['chat', '--json', words]);
    expect(run.code).toBe(0);
    expect(attachmentsOf(run)).toEqual(attachments);
    const sent = readSent(cli);
    expect(sent).not.toContain(canary);
    if (words !== '@.env') expect(sent).not.toMatch(/hidden-value|named-value|key-value/);
  });

  it('of a file of secrets brings it only by its own name', async () => {
    const cli = await createProject();
    const run = await cli.ask(['chat', '--json', 'see @conf/credentials.json']);
    expect(attachmentsOf(run)).toEqual([{ path: 'conf/credentials.json', kind: 'file', bytes: 23 }]);
    expect(run.stderr).toContain('conf/credentials.json looks like a file of secrets');
    // The words may come from `$(git log -1)`.
    mkdirSync(join(cli.home, '.aws'), { recursive: true });
    writeFileSync(join(cli.home, '.aws', 'credentials'), 'aws-value');
    writeFileSync(
      join(cli.home, 'deploy.txt'),
      `-----BEGIN PRIVATE KEY-----\naws-value\n-----END PRIVATE KEY-----\n`,
    );
    const names = [
      '@~/.aws/credentials',
      `@${cli.credentialsFile}`,
      '@../.aws/credentials',
      '@../deploy.txt',
    ];
    const ways = [['--no-stdin'], ['--each-line'], ['--each-file', '-f', 'notes.txt']];
    for (const name of names) {
      for (const way of ways) {
        const before = cli.simulator.requestsTo('/responses').length;
        const stdin = way.includes('--each-line') ? 'one\n' : undefined;
        const refused = await cli.ask(['chat', ...way, '--', `explain: fix ${name}`], stdin);
        expect(refused.stderr, way[0]).toMatch(/is not sent: it is outside of this folder, .* -f /);
        expect(refused.code).toBe(2);
        expect(cli.simulator.requestsTo('/responses')).toHaveLength(before);
      }
    }
  });

  sampled.it.each<[words: string, sentences: string[]]>([
    ['see @missing.txt, please', ['missing.txt: no such file']],
    ['see @"two words.txt"', ['two words.txt: no such file']],
    ['see @"two words"', ['two words: no such file']],
    ['@src/gone.ts and @notes.txt', ['src/gone.ts: no such file']],
    ['see @plan.md,@notes.txt', ['plan.md: no such file']],
    ['see @"notes.txt"@"plan.md"', ['plan.md: no such file']],
    ['@public-api @Override @Component() @app.get("/items") me@example.com', []],
  ])('that names nothing has a warning, in a pipe and in JSON: %s', async (words, sentences) => {
    const cli = await createProject();
    const run = await cli.ask(['chat', '--no-stdin', '--json', words]);
    const stderr = sentences.map((sentence) => `warning: ${sentence}\n`).join('');
    expect(run).toMatchObject({ code: 0, stderr });
    expect(parseOutput(run).notices).toEqual(sentences);
  });

  sampled.it.each<[words: string, ...sentences: string[]]>([
    ['@pipe', '@pipe is not read: it is a pipe or a device', 'Read it with -f pipe'],
    ['see @notes.txt and @./pipe', '@./pipe is not read:'],
    ['see @/dev/null', '@/dev/null is not read: it is a pipe or a device'],
    ['see @socket', '@socket is not read: it is a pipe or a device'],
    ['@link.txt', '@link.txt is not sent: it is a link to', 'Add that file with'],
    ['@hidden-link.txt', '@hidden-link.txt is not sent: it is a link to'],
    ['@ignored-link.txt', '@ignored-link.txt is not sent: it is a link to'],
    ['@ways/to/x.txt', '@ways/to/x.txt is not sent: it is a link to'],
    // A clone may have files that it ignores.
    ['@own-ignored.txt', '@own-ignored.txt is not sent: it is a link to'],
    ['@.github/git.md', '@.github/git.md is not sent: it is a link to'],
    ['@.github/to/config', '@.github/to/config is not sent: it is a link to'],
    ['@linked', '@linked is not sent: it is a folder outside the current one'],
    ['@docs and @pipe', '@docs is not sent: it is a link to', 'Add that folder with', '@pipe is not read:'],
    ['@empty', '@empty is not sent: there is no file to send in it'],
    ['@../config', '@../config is not sent: it is a folder outside the current one', 'Name a file in it'],
    ['@/ and @~', '@/ is not sent:', '@~ is not sent:'],
    [
      '@~/ and @.. and @./.. and @./src/../..',
      '@~/ is not sent:',
      '@.. is not sent:',
      '@./.. is not sent:',
      '@./src/../.. is not sent:',
    ],
    ['@picture.png', '@picture.png is not sent: kimi-k2.7-code takes no images or documents', 'vision'],
  ])('that names something that is not read keeps the prompt back: %s', async (words, ...sentences) => {
    const cli = await createProject();
    const socket = createServer().listen(join(cli.cwd, 'socket'));
    onTestFinished(() => void socket.close());
    execFileSync('mkfifo', [join(cli.cwd, 'pipe')]);
    mkdirSync(join(cli.cwd, 'empty'));
    symlinkSync(cli.credentialsFile, join(cli.cwd, 'link.txt'));
    symlinkSync('.env', join(cli.cwd, 'hidden-link.txt'));
    writeFileSync(join(cli.cwd, '.gitignore'), 'ignored/\n/own-ignored.txt\n');
    symlinkSync('ignored/x.txt', join(cli.cwd, 'own-ignored.txt'));
    mkdirSync(join(cli.cwd, '.github'));
    symlinkSync('../.git/config', join(cli.cwd, '.github', 'git.md'));
    symlinkSync('../.git', join(cli.cwd, '.github', 'to'));
    mkdirSync(join(cli.cwd, 'ignored'));
    writeFileSync(join(cli.cwd, 'ignored', 'x.txt'), 'hidden-value');
    symlinkSync('ignored/x.txt', join(cli.cwd, 'ignored-link.txt'));
    mkdirSync(join(cli.cwd, 'ways'));
    symlinkSync('../ignored', join(cli.cwd, 'ways', 'to'));
    mkdirSync(join(cli.cwd, '.git'));
    writeFileSync(join(cli.cwd, '.git', 'config'), 'hidden-value');
    symlinkSync('.git', join(cli.cwd, 'docs'));
    symlinkSync(join(cli.home, 'config'), join(cli.cwd, 'linked'));
    const model = words === '@picture.png' ? ['-m', 'kimi-k2.7-code'] : [];
    const run = await cli.ask(['chat', '--no-stdin', ...model, words]);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    for (const sentence of [...sentences, 'Nothing was sent.', 'leave out the "@"'])
      expect(run.stderr).toContain(sentence);
    expect(cli.simulator.requests.filter(({ path }) => /responses|completions|messages/.test(path))).toEqual(
      [],
    );
  });

  sampled.it.each<[words: string, files: string[], left: string]>([
    ['see @only', ['only/.env'], 'only/.env'],
    ['see @only', ['only/server.key', 'only/credentials.json'], 'only/credentials.json'],
    ['see @only and @notes.txt', ['only/id_rsa'], 'only/id_rsa'],
  ])('of a folder that has only secrets ends before anything is paid: %s, %j', async (words, files, left) => {
    const cli = await createProject();
    mkdirSync(join(cli.cwd, 'only'));
    for (const name of files) writeFileSync(join(cli.cwd, name), 'hidden-value');
    const run = await cli.ask(['chat', '--no-stdin', words]);
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(left) });
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });

  it('in open quotes is one name, and ends before anything is paid if it names nothing', async () => {
    const cli = await createProject();
    writeFileSync(join(cli.cwd, 'notes @.env'), 'MEANT');
    const read = await cli.ask(['chat', '--no-stdin', '--json', 'see @"notes @.env']);
    expect(attachmentsOf(read)).toEqual([{ path: 'notes @.env', kind: 'file', bytes: 5 }]);
    const refused = await cli.ask(['chat', '--no-stdin', 'see @"notes @.env', 'and', '@notes.txt']);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('there is no file "notes @.env and @notes.txt"');
    expect(readSent(cli)).not.toMatch(/hidden-value|one\\ntwo/);
    expect(cli.simulator.requestsTo('/responses')).toHaveLength(1);
  });

  it('leaves a line on a terminal, and only a warning elsewhere', async () => {
    const cli = await createProject();
    writeFileSync(join(cli.cwd, 'AGENTS.md'), 'Be brief.\n'.repeat(120));
    const argv = ['--', binary, 'chat', 'see @notes.txt, @src, @picture.png and @nosuch.txt'];
    const terminal = startProgramInTerminal({ argv, env: cli.env, cwd: cli.cwd });
    expect(await terminal.exitCode).toBe(0);
    for (const line of [
      'notes.txt, 2 lines',
      'src: 2 files, ~7 tokens',
      `picture.png, PNG of ${png.length} bytes`,
      'nosuch.txt: no such file',
      'AGENTS.md, ~300 tokens',
    ])
      expect(terminal.output).toContain(line);
    expect((await cli.ask(argv.slice(2))).stderr).toBe('warning: nosuch.txt: no such file\n');
  });
});

describe('a folder or a glob', () => {
  sampled.it.each<[argv: string[], named: RegExp]>([
    [['-f', '.'], /key-value|hidden-value|named-value/],
    [['-f', '**'], /key-value|hidden-value|named-value/],
    [['-f', '{.env,notes.txt}'], /hidden-value/],
    [['-f', '{.,x}*'], /hidden-value/],
    [['-f', '**/.*', '-f', 'notes.txt'], /hidden-value/],
    [['-f', '*.{key,txt}'], /key-value/],
    [['-f', `{../config/copilot-cli/credentials.json,notes.txt}`], /hidden-value/],
    [['-f', '../config/**', '-f', 'notes.txt'], /hidden-value/],
    [['-f', 'SERVER.[Kk]EY', '-f', 'notes.txt'], /key-value/],
    [['-f', 'docs'], /hidden-value/],
  ])('brings no secrets: %j', { timeout: 30_000 }, async (argv, secret) => {
    const cli = await createProject();
    symlinkSync(cli.credentialsFile, join(cli.cwd, 'link.txt'));
    symlinkSync(join(cli.home, 'config'), join(cli.cwd, 'linked'));
    execFileSync('mkfifo', [join(cli.cwd, 'pipe')]);
    mkdirSync(join(cli.cwd, '.git'));
    writeFileSync(join(cli.cwd, '.git', 'config'), 'hidden-value');
    symlinkSync('.git', join(cli.cwd, 'docs'));
    await cli.ask(['chat', '--json', ...argv, 'hi']);
    expect(readSent(cli)).not.toContain(canary);
    expect(readSent(cli)).not.toMatch(secret);
  });

  it('brings no pipe, whether we or a shell list the files, and a pipe of its own flag is read', async () => {
    const cli = await createProject();
    const folder = join(cli.cwd, 'mixed');
    mkdirSync(folder);
    execFileSync('mkfifo', [join(folder, 'a.pipe'), join(folder, 'c.pipe')]);
    writeFileSync(join(folder, 'b.txt'), 'the text file');
    const expanded = ['mixed/a.pipe', 'mixed/b.txt', 'mixed/c.pipe'];
    for (const named of [['mixed'], ['mixed/*'], expanded]) {
      const run = await cli.ask(['chat', '--json', '-f', ...named, '--', 'hi']);
      expect(run.code, named.join(' ')).toBe(0);
      expect(readSent(cli)).toContain('the text file');
      if (named === expanded)
        expect(run.stderr).toMatch(
          /2 files are left out because they are pipes or devices.*: mixed\/a\.pipe, mixed\/c\.pipe\.\n$/,
        );
    }
    const count = cli.simulator.requestsTo('/chat/completions').length;
    const none = await cli.ask(['chat', '-f', 'mixed/a.pipe', 'mixed/c.pipe', '--', 'hi']);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('-f mixed/a.pipe') });
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(count);
    const reading = cli.ask(['chat', '-f', 'mixed/a.pipe', '-f', 'mixed/b.txt', 'hi']);
    // Opening a pipe waits for its reader, which is in this process.
    spawn('sh', ['-c', 'printf "through the pipe" > "$0"', join(folder, 'a.pipe')]);
    expect((await reading).code).toBe(0);
    expect(readSent(cli)).toContain('through the pipe');
    rmSync(folder, { recursive: true });
  });

  it('leaves out files that hold a private key or a token of GitHub, whatever they are called', async () => {
    const cli = await createProject();
    const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEhidden-value\n';
    mkdirSync(join(cli.cwd, 'kept'));
    linkSync(cli.credentialsFile, join(cli.cwd, 'kept', 'linked.txt'));
    copyFileSync(cli.credentialsFile, join(cli.cwd, 'kept', 'backup.json'));
    writeFileSync(join(cli.cwd, 'kept', 'deploy'), key);
    writeFileSync(join(cli.cwd, 'kept', 'passwords.txt'), 'hidden-value');
    writeFileSync(join(cli.cwd, 'kept', 'readme.md'), 'the kept folder');
    for (const argv of [
      ['-f', 'kept', 'hi'],
      ['-f', 'kept/*', 'hi'],
      ['-f', '.', 'hi'],
      ['see @kept'],
      ['see @.'],
    ]) {
      const run = await cli.ask(['chat', '--json', ...argv]);
      expect(run.code).toBe(0);
      expect(run.stderr).toMatch(/files are left out because they look like files of secrets/);
      expect(readSent(cli)).not.toMatch(new RegExp(`${canary}|hidden-value`));
      expect(readSent(cli)).toContain('the kept folder');
    }
    const refused = await cli.ask(['chat', '-f', 'kept/deploy*', 'hi']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('-f kept/deploy') });
    await cli.ask(['chat', '-f', 'kept/deploy', 'hi']);
    expect(readSent(cli)).toContain('hidden-value');
    rmSync(join(cli.cwd, 'kept'), { recursive: true });
  });

  it('says which file it leaves out', async () => {
    const cli = await createProject();
    const run = await cli.ask(['chat', '-f', 'conf', 'hi']);
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toContain('conf/credentials.json is left out: it looks like a file of secrets.');
  });

  sampled.it.each<[name: string, argv: string[], words: string]>([
    ['secrets by a glob', ['-f', '*.key'], 'To send a file of secrets, name it: -f server.key'],
    ['secrets in a hidden folder', ['-f', 'src/.ssh'], '2 that look like files of secrets'],
    ['images', ['-f', '*.png'], 'To attach an image or a PDF, name it: -a picture.png'],
    ['one of two sources', ['-f', 'notes.txt', '-f', '*.key'], 'no file of *.key is sent'],
  ])('of which nothing is left is refused, for the bare prompt would be paid: %s', async (_, argv, words) => {
    const cli = await createProject();
    mkdirSync(join(cli.cwd, 'src/.ssh'));
    for (const name of ['id_rsa', 'id_ed25519']) writeFileSync(join(cli.cwd, 'src/.ssh', name), 'key-value');
    const run = await cli.ask(['chat', ...argv, 'q']);
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });

  it('may leave out what is named besides', async () => {
    const cli = await createProject();
    const named = [{ path: 'server.key', kind: 'file', bytes: 9 }];
    for (const argv of [
      ['-f', '*.key', '-f', 'server.key'],
      ['-f', 'server.key', '-f', '*.key'],
    ])
      expect(attachmentsOf(await cli.ask(['chat', '--json', ...argv, 'q']))).toEqual(named);
    const image = await cli.ask(['chat', '-f', '*', '-f', 'picture.png', 'q']);
    expect(image).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('picture.png is not a text file'),
    });
  });

  it('without files is left out with a warning where a shell lists it among files, and refused alone', async () => {
    const cli = await createProject();
    for (const name of ['empty', 'node_modules/lib']) mkdirSync(join(cli.cwd, name), { recursive: true });
    writeFileSync(join(cli.cwd, 'node_modules/lib/index.js'), 'ignored');
    writeFileSync(join(cli.cwd, '.gitignore'), 'node_modules/\n');
    mkdirSync(join(cli.cwd, '.git'));
    const listed = await cli.ask(['chat', '--json', '-f', 'empty', 'node_modules', 'notes.txt', 'q']);
    expect(listed.code).toBe(0);
    expect(attachmentsOf(listed)).toEqual([{ path: 'notes.txt', kind: 'file', bytes: 8 }]);
    expect(listed.stderr).toContain('empty is left out: there is no file to send in it.');
    expect(listed.stderr).toContain('node_modules is left out: git ignores it.');
    cli.simulator.requests.length = 0;
    for (const argv of [
      ['-f', 'empty/', 'node_modules/'],
      ['-f', 'notes.txt', '-f', 'empty'],
    ])
      expect(await cli.ask(['chat', ...argv, 'q'])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('there is no file to send in empty'),
      });
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });

  it('brings a file of secrets that is named, and none behind a link', async () => {
    const cli = await createProject();
    symlinkSync(cli.credentialsFile, join(cli.cwd, 'link.txt'));
    expect(attachmentsOf(await cli.ask(['chat', '--json', '-f', 'server.key', 'hi']))).toEqual([
      { path: 'server.key', kind: 'file', bytes: 9 },
    ]);
    const refused = await cli.ask(['chat', '-f', 'link.txt', 'hi']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('link.txt is a link to');
    expect(readSent(cli)).not.toContain(canary);
  });
});

describe('a link of a harmless name', () => {
  sampled.it.each<[name: string, argv: string[]]>([
    ['instructions.md', ['run', 'instructions.md']],
    ['schema.json', ['chat', '--schema', 'schema.json', 'hi']],
    ['tools.json', ['chat', '--json', '--tools', 'tools.json', 'hi']],
    ['pic.png', ['chat', '-m', 'gpt-5-mini', '-a', 'pic.png', 'hi']],
  ])('does not bring secrets as %s', async (name, argv) => {
    const cli = await createProject();
    symlinkSync(cli.credentialsFile, join(cli.cwd, name));
    const run = await cli.ask(argv);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(`${name} is a link to`);
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });

  it('does not bring them as an item of a batch', async () => {
    const cli = await createProject();
    symlinkSync(cli.credentialsFile, join(cli.cwd, 'each.txt'));
    const run = await cli.ask(['chat', '--each-file', '-f', 'each.txt', 'hi']);
    expect(run.code).toBe(2);
    expect(run.stdout).toContain('each.txt is a link to');
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });

  it('does not bring them as instructions of the repository', async () => {
    const cli = await createProject();
    symlinkSync('.env', join(cli.cwd, 'AGENTS.md'));
    const run = await cli.ask(['chat', 'hi']);
    expect(run.stderr).toContain('AGENTS.md is left out: it is a link to a file of secrets.');
    expect(readSent(cli)).not.toContain('hidden-value');
  });
});

describe('stdin as a file', () => {
  it('is an image with -a -', async () => {
    const cli = await createProject();
    const run = await cli.ask(['chat', '--json', '-a', '-', 'what is it?'], png);
    expect(attachmentsOf(run)).toEqual([{ path: 'stdin', kind: 'image', bytes: png.length }]);
  });

  sampled.it.each<[argv: string[], words: string]>([
    [['-f', '-', '-a', '-'], 'stdin can be read only once'],
    [['-f', '-', '-'], 'stdin can be read only once'],
    [['-f', '-', '--no-stdin'], '--no-stdin and a file that is stdin cannot both be given'],
    [['-f', '-'], 'stdin is empty'],
    [['-a', '-'], 'stdin is empty'],
  ])('is refused with %j', async (argv, words) => {
    const cli = await createProject();
    const run = await cli.ask(['chat', ...argv, 'hi'], '');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(words);
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });

  sampled.it.each<[line: string, path: unknown]>([
    ['printf piped | run -f /dev/stdin', 'stdin'],
    ['(sleep 0.3; printf piped) | run -f /dev/fd/0', 'stdin'],
    ['run -f <(sleep 0.3; printf piped) </dev/null', expect.stringMatching(/^\/(?:dev|proc)/)],
  ])('is read to its end: %s', async (line, path) => {
    const cli = await createProject();
    const { code, stdout, stderr } = await runScript(cli, line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout).attachments).toEqual([{ path, kind: 'file', bytes: 5 }]);
    expect(readSent(cli).split('piped').length - 1).toBe(1);
  });
});

describe('stdin that says how to ask', () => {
  sampled.it.each([
    'run --schema /dev/stdin <ask-schema.json',
    'run --schema /dev/fd/0 <ask-schema.json',
    'cat ask-schema.json | run --schema /dev/stdin',
    'run --tools /proc/self/fd/0 <ask-tools.json',
    'run -t /dev/stdin <ask-plain.md',
    'run --use mcp --mcp-config /dev/stdin <ask-servers.json',
  ])('is no data of the prompt: %s', async (line) => {
    const cli = await createProject();
    await runScript(cli, line);
    const said = JSON.stringify(
      cli.simulator
        .requestsTo('/responses')
        .flatMap(({ body }) => (body as { input: { role: string }[] }).input)
        .filter(({ role }) => role === 'user'),
    );
    expect(said).not.toContain('marked');
    expect(said).toMatch(/"(?:say it(?:\\n)+)?hi"/);
  });

  sampled.it.each([
    'run --schema /dev/stdin -f - <ask-schema.json',
    'run --schema /dev/stdin - <ask-schema.json',
    'run --schema /dev/stdin -t /dev/fd/0 <ask-schema.json',
  ])('is read only once: %s', async (line) => {
    const cli = await createProject();
    const { code, stderr } = await runScript(cli, line);
    expect(code).toBe(2);
    expect(stderr).toContain('stdin can be read only once');
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });

  it('goes along by itself where the prompt mentions it', async () => {
    const cli = await createProject();
    const { code, stderr } = await runScript(cli, 'run "explain @/dev/stdin" <ask-schema.json');
    expect(code).toBe(2);
    expect(stderr).toContain('@/dev/stdin is stdin. Nothing was sent. It goes along by itself');
  });
});

describe('what is of the other kind', () => {
  sampled.it.each<[line: string, hint: RegExp, instead: string]>([
    ['run -a - <notes.txt', /goes into the prompt with -f -\n$/, 'run -f - <notes.txt'],
    ['run -f - <picture.png', /attach it with -a -\n$/, 'run -a - <picture.png'],
    ['run -a /dev/stdin <notes.txt', /goes into the prompt with -f -\n$/, 'run -f - <notes.txt'],
    ['run -a <(cat notes.txt) --', /goes into the prompt with -f\n$/, 'run -f <(cat notes.txt) --'],
    ['run -f <(cat picture.png) --', /attach it with -a\n$/, 'run -a <(cat picture.png) --'],
    [
      'run -a notes.txt --',
      /goes into the prompt with -f \S*\/work\/notes\.txt\n$/,
      'run -f "$PWD"/notes.txt --',
    ],
  ])('is told how to go along, in words that can be typed: %s', async (line, hint, instead) => {
    const cli = await createProject();
    const refused = await runScript(cli, line);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(hint) });
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
    expect((await runScript(cli, instead)).code).toBe(0);
    expect(cli.simulator.requestsTo('/responses')).toHaveLength(1);
  });
});

describe('a pipe without text that is named as a file', () => {
  sampled.it.each([
    'run -f <(printf "")',
    'run -f <(echo)',
    'run -f <(exit 1) -f notes.txt --',
    'run -f notes.txt <(false) --',
    'mkfifo empty; true >empty & run -f empty',
  ])('ends before anything is paid: %s', async (line) => {
    const cli = await createProject();
    const { code, stderr } = await runScript(cli, line);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      / is a pipe without text\. Nothing was sent\. Check the command that writes to it\.\n$/,
    );
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });
});

describe('an image by its URL', () => {
  async function serve(status: number, body: Buffer): Promise<string> {
    const server = createServer((_, response) =>
      response.writeHead(status, { 'content-type': 'text/plain' }).end(body),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/shot`;
  }

  it('is attached by what its bytes are', async () => {
    const cli = await createProject();
    const url = await serve(200, png);
    const run = await cli.ask(['chat', '--json', '-a', url, 'what is it?']);
    expect(attachmentsOf(run)).toEqual([{ path: url, kind: 'image', bytes: png.length }]);
    expect(readSent(cli)).toContain(png.toString('base64'));
  });

  sampled.it.each<[status: number, body: Buffer, words: string]>([
    [404, png, '/shot answers 404'],
    [200, Buffer.from('a page'), '/shot is neither an image nor a PDF'],
  ])('that answers %i with other things is refused', async (status, body, words) => {
    const cli = await createProject();
    const run = await cli.ask(['chat', '-a', await serve(status, body), 'what is it?']);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(words);
  });
});

describe('a word of the command line', () => {
  it.each(['\n', '\r', '\r\n', '\v', '\f', '\u0085', '\u2028', '\u2029'])(
    'of several lines came out of a command, and names no files: %j',
    async (end) => {
      const cli = await createProject();
      const run = await cli.ask(['chat', '--json', `review:${end}@.env and @notes.txt and @src`]);
      expect(run.code).toBe(0);
      expect(attachmentsOf(run)).toEqual([]);
      expect(readSent(cli)).not.toMatch(/hidden-value|one\\ntwo|const a/);
    },
  );

  it.skipIf(process.platform === 'win32')("that a shell's * finds mentions nothing", async () => {
    const cli = await createProject();
    mkdirSync(join(cli.cwd, 'list/{@.env .txt'), { recursive: true });
    writeFileSync(join(cli.cwd, 'list/a.txt'), 'the list');
    symlinkSync('nowhere', join(cli.cwd, 'list/b @.env'));
    symlinkSync('nowhere', join(cli.cwd, '@.env '));
    writeFileSync(join(cli.cwd, 'list/.env'), 'KEY=hidden-value');
    for (const line of ['run -f list/*.txt --', 'run -f list/* --', 'cd list; run -f * --', 'run *']) {
      const { code, stderr } = await runScript(cli, line);
      expect(stderr).not.toContain('looks like a file of secrets, and is sent');
      expect(code, stderr).toBe(0);
    }
    expect(readSent(cli)).toContain('the list');
    expect(readSent(cli)).not.toContain('hidden-value');
  });

  it.skipIf(process.platform !== 'linux')(
    'that names a secret is no single file if a name stands behind it',
    async () => {
      const cli = await createProject();
      const cut = join(cli.cwd, 'cut');
      mkdirSync(cut);
      for (const name of ['credentials', 'e'])
        writeFileSync(join(cut, `${name}.json`), `{"token":"${name}-value"}`);
      const odd = Buffer.concat([Buffer.from(join(cut, 'd')), Buffer.from([0xff]), Buffer.from('.json')]);
      const behind: [make: () => void, remove: () => void][] = [
        [() => symlinkSync('nowhere', join(cut, 'd.json')), () => rmSync(join(cut, 'd.json'))],
        [() => mkdirSync(join(cut, 'd.json')), () => rmdirSync(join(cut, 'd.json'))],
        [() => writeFileSync(odd, ''), () => unlinkSync(odd)],
      ];
      for (const [make, remove] of behind) {
        make();
        const { code, stderr } = await runScript(cli, 'export LC_ALL=C; run -f cut/*.json --');
        remove();
        expect(stderr).toContain('credentials.json is left out: it looks like a file of secrets');
        expect(code, stderr).toBe(0);
      }
      expect(readSent(cli)).toContain('e-value');
      expect(readSent(cli)).not.toContain('credentials-value');
    },
  );

  sampled.it.each([['-f'], ['-a'], ['-s'], ['--file']])('is no value of %s in front of --', async (name) => {
    const cli = await createProject();
    const run = await cli.ask(['chat', 'summarise', name, '--', 'notes.txt']);
    expect(run.stderr).toContain(`${name} needs a value in front of --`);
    expect(run.code).toBe(2);
    expect(cli.simulator.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('of several lines is data beside the items of a batch, too', async () => {
    const cli = await createProject();
    await cli.ask(['chat', '--each-line', 'review:\n+see @notes.txt'], 'a line\n');
    expect(readSent(cli)).toContain('review:');
    expect(readSent(cli)).not.toContain('one\\ntwo');
  });

  it('that is a file among others behind -f goes along unless it looks like a secret', async () => {
    const cli = await createProject();
    const run = await cli.ask([
      'chat',
      '--json',
      '-f',
      '.env',
      'notes.txt',
      'server.key',
      'src/a.ts',
      '--',
      'q',
    ]);
    expect(run.stderr).toMatch(/\.env is left out: .*\n.*server\.key is left out/);
    expect(attachmentsOf(run)).toMatchObject([{ path: 'notes.txt' }, { path: 'src/a.ts' }]);
    expect(readSent(cli)).not.toMatch(/hidden-value|key-value/);
    const refused = await cli.ask(['chat', '-f', '.env', 'server.key', '--', 'q']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('-f .env') });
    expect((await cli.ask(['chat', '--json', '-f', '.env', '--', 'q'])).code).toBe(0);
    expect(readSent(cli)).toContain('hidden-value');
  });
});

describe('a prompt file', () => {
  it('cannot name a file of secrets for its schema', async () => {
    const cli = await createProject();
    writeFileSync(join(cli.cwd, 'conf', 'ask.md'), '---\nschema: credentials.json\n---\nhi\n');
    const run = await cli.ask(['run', 'conf/ask.md']);
    expect(run).toMatchObject({ code: 3, stderr: expect.stringContaining('looks like a file of secrets') });
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });

  it('has stdin where a mark stands among the words, unless it has a place for it', async () => {
    const cli = await createProject();
    writeFileSync(join(cli.cwd, 'bare.md'), 'Body.\n');
    writeFileSync(join(cli.cwd, 'placed.md'), 'Body {{stdin}}.\n');
    expect((await cli.ask(['run', 'bare.md', 'before', '-', 'after'], 'DATA')).code).toBe(0);
    expect((await cli.ask(['run', 'placed.md', 'before', '-', 'after'], 'DATA')).code).toBe(0);
    expect(readSent(cli)).toContain('Body.\\n\\nbefore\\n\\nDATA\\n\\nafter');
    expect(readSent(cli)).toContain('Body DATA.\\n\\nbefore after');
  });
});
