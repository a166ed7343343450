import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerInTurn, callTools } from '../helpers/answers.ts';
import { type Cli, createCli, parseOutput, type Run } from '../helpers/cli.ts';
import type { Answer, AnswerFunction } from '../simulator/answer/answer.ts';

const chatPath = '/chat/completions';

type Chatted = { role: string; content: unknown; tool_call_id?: string; tool_calls?: unknown[] };

const readBodies = (cli: Cli): { messages: Chatted[]; tools?: { function: { name: string } }[] }[] =>
  cli.simulator.requestsTo(chatPath).map(({ body }) => body as ReturnType<typeof readBodies>[number]);

const offered = (cli: Cli, round = 0): string[] =>
  (readBodies(cli)[round]?.tools ?? []).map((tool) => tool.function.name);

/** What the model was told of its calls before this round. */
const told = (cli: Cli, round: number): string[] =>
  (readBodies(cli)[round]?.messages ?? []).flatMap(({ role, content }) =>
    role === 'tool' ? String(content) : [],
  );

async function createFolder(answer: AnswerFunction): Promise<{ cli: Cli; folder: string }> {
  const cli = await createCli({ answer });
  await cli.signIn();
  const folder = join(cli.home, 'project');
  mkdirSync(folder);
  writeFileSync(join(folder, 'answer.txt'), 'The answer is 42.\n');
  return { cli, folder };
}

async function ask(answers: Answer[], argv: string[]): Promise<{ cli: Cli; folder: string; run: Run }> {
  const { cli, folder } = await createFolder(answerInTurn(...answers));
  return { cli, folder, run: await cli.runHere(['chat', ...argv], { cwd: folder }) };
}

const look = callTools(['view', { path: 'answer.txt' }]);
const list = callTools(['bash', { command: 'cat answer.txt' }]);
const say: Answer = { text: 'It is 42.' };

describe('a one-shot with tools', () => {
  it('offers none unless it is asked for', async () => {
    const { cli, run } = await ask([say], ['what is the answer?']);
    expect(run).toMatchObject({ stdout: 'It is 42.\n', stderr: '', code: 0 });
    expect(readBodies(cli)[0]).not.toHaveProperty('tools');
    expect(readBodies(cli)[0]?.messages).toEqual([{ role: 'user', content: 'what is the answer?' }]);
  });

  it('reads the folder, and prints what the model says of it', async () => {
    const { cli, folder, run } = await ask([look, say], ['--use', 'read', 'what is the answer?']);
    expect(run).toMatchObject({ stdout: 'It is 42.\n', stderr: '', code: 0 });
    expect(offered(cli)).toEqual(['view', 'glob', 'grep', 'web_fetch']);
    expect(told(cli, 1)).toEqual([expect.stringContaining('The answer is 42.')]);
    const [system] = readBodies(cli)[0]?.messages ?? [];
    expect(system).toMatchObject({ role: 'system', content: expect.stringContaining(folder) });
    expect(cli.simulator.counts().initiator).toEqual({ user: 1, agent: 1, none: 0 });
  });

  it('says where a folder leads that the repository made a link', async () => {
    const { cli, folder } = await createFolder(answerInTurn(say, say));
    const elsewhere = realpathSync(cli.home);
    symlinkSync(cli.home, join(folder, 'vendor'));
    const argv = (name: string): string[] => ['chat', '--use', 'read', '--add-dir', name, 'hi'];
    const { stderr } = await cli.runHere(argv('vendor'), { cwd: folder });
    expect(stderr).toContain(`--add-dir vendor is a link to ${elsewhere}, which the model may now use.`);
    expect((await cli.runHere(argv('..'), { cwd: folder })).stderr).toBe('');
  });

  it('keeps calls and results in the conversation, which goes on with them', async () => {
    const { cli, folder } = await ask(
      [look, say, { text: 'Yes.' }],
      ['--session', 'answers', '--use', 'read', 'what is it?'],
    );
    await cli.runHere(['chat', '--session', 'answers', 'sure?'], { cwd: folder });
    expect(readBodies(cli)[2]?.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
    ]);
  });

  it('gives a pipe the answer alone, and a reader of JSON the rest as well', async () => {
    const looks = { ...look, text: 'Let me see.' };
    const { run, cli, folder } = await ask([looks, say], ['--use', 'read', 'what is it?']);
    expect(run.stdout).toBe('It is 42.\n');
    cli.simulator.state.answer = answerInTurn(looks, say);
    const json = parseOutput(
      await cli.runHere(['chat', '--json', '--use', 'read', 'what?'], { cwd: folder }),
    );
    expect(json).toMatchObject({
      text: 'It is 42.',
      remarks: 'Let me see.',
      tool_calls: [{ name: 'view', state: 'done', result: expect.stringContaining('42') }],
      finish_reason: 'stop',
    });
  });

  it('prints lines of what is done', async () => {
    const { run } = await ask([look, say], ['--jsonl', '--use', 'read', 'what is it?']);
    const types = run.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type)
      .filter((type, index, all) => type !== all[index - 1]);
    expect(types).toEqual([
      'start',
      'tool-call-delta',
      'usage',
      'tool-began',
      'tool-ended',
      'text-delta',
      'usage',
      'finish',
    ]);
  });

  it('follows a schema, and takes code out of the last words', async () => {
    const looks = { ...look, text: '```\nnot this\n```' };
    const code = { text: 'Here:\n\n```sh\necho 42\n```\n' };
    const { run } = await ask([looks, code], ['-x', '--use', 'read', 'a script']);
    expect(run).toMatchObject({ stdout: 'echo 42\n', code: 0 });
    const { cli, folder } = await createFolder(answerInTurn(looks, { text: '{"answer": 42}' }));
    writeFileSync(join(folder, 's.json'), '{"type":"object","required":["answer"]}');
    const schema = await cli.runHere(['chat', '--schema', 's.json', '--use', 'read', 'what?'], {
      cwd: folder,
    });
    expect(JSON.parse(schema.stdout)).toEqual({ answer: 42 });
  });

  it('says in a dry run which tools would be offered', async () => {
    const { cli, run } = await ask([say], ['--dry-run', '--use', 'read', 'what is it?']);
    const { body } = parseOutput(run) as { body: { tools: unknown[] } };
    expect(body.tools).toHaveLength(4);
    expect(readBodies(cli)).toEqual([]);
  });

  it('takes its tools from a template, too', async () => {
    const { cli, folder } = await createFolder(answerInTurn(look, say));
    writeFileSync(join(folder, 'q.md'), '---\nuse: read\n---\nWhat is the answer?\n');
    const run = await cli.runHere(['run', 'q.md'], { cwd: folder });
    expect(run).toMatchObject({ stdout: 'It is 42.\n', code: 0 });
    expect(offered(cli)).toContain('view');
  });

  it.each([
    ['a rule for other files', '', ['--allow-tool', 'read(docs/**)'], 'refused'],
    ['a rule for pages', '', ['--allow-tool', 'url(example.com)'], 'refused'],
    ['a rule beside a template for commands', 'use: shell', ['--allow-tool', 'read(docs/a.md)'], 'refused'],
    ['a rule beside --use for commands', '', ['--use', 'shell', '--allow-tool', 'read(docs/**)'], 'refused'],
    ['the rule read', '', ['--allow-tool', 'read'], 'done'],
    ['a rule for this file', '', ['--allow-tool', 'read(answer.*)'], 'done'],
    ['--use read beside a rule', '', ['--use', 'read', '--allow-tool', 'read(docs/**)'], 'done'],
    ['a template beside a rule', 'use: read', ['--allow-tool', 'url(example.com)'], 'done'],
    ['--allow-all-tools', '', ['--allow-all-tools'], 'done'],
  ])('reads a file of the folder as said by %s', async (_, front, argv, state) => {
    const { cli, folder } = await createFolder(answerInTurn(look, say));
    writeFileSync(join(folder, 'q.md'), `---\n${front}\n---\nWhat is the answer?\n`);
    const run = await cli.runHere(['run', 'q.md', '--json', ...argv], { cwd: folder });
    expect(parseOutput(run)).toMatchObject({ tool_calls: [{ name: 'view', state }] });
  });

  it('keeps the whole of a long output as long as its conversation', async () => {
    const count = callTools(['bash', { command: 'seq 1 20000' }]);
    const { cli, folder } = await createFolder(answerInTurn(count, say));
    const run = await cli.runHere(['chat', '--session', 'long', '--allow-tool', 'shell(seq:*)', 'go'], {
      cwd: folder,
    });
    expect(run.code, run.stderr).toBe(0);
    const outputs = join(cli.home, 'cache', 'copilot-cli', 'outputs');
    expect(readdirSync(outputs)).toHaveLength(1);
    await cli.runHere(['sessions', 'delete', '--yes', 'long']);
    expect(readdirSync(outputs)).toEqual([]);
  });

  it.each([
    ['--use, which a rule adds to', '', ['--use', 'read', '--allow-tool', 'shell(ls)'], true, true],
    ['a template, which a rule adds to', 'use: read', ['--allow-tool', 'shell(ls)'], true, true],
    ['two rules in one flag', '', ['--allow-tool', 'write, shell(npm test),url(a.com)'], true, true],
    ['a rule with a comma in it', '', ['--allow-tool', "shell(git commit -m 'a, read')"], false, true],
    ['a rule with a blank before it', '', ['--allow-tool', ' read( docs/** )'], true, false],
    ['--use, which takes the place of a template', 'use: read', ['--use', 'shell'], false, true],
    ['--use none, whatever a template says', 'use: read', ['--use', 'none'], false, false],
    ['--use, which --allow-all-tools leaves alone', '', ['--use', 'read', '--allow-all-tools'], true, false],
  ])('offers what is switched on by %s', async (_, front, argv, views, runs) => {
    const { cli, folder } = await createFolder(answerInTurn(say));
    writeFileSync(join(folder, 'q.md'), `---\n${front}\n---\nWhat is the answer?\n`);
    const run = await cli.runHere(['run', 'q.md', ...argv], { cwd: folder });
    expect(run).toMatchObject({ stderr: '', code: 0 });
    expect(offered(cli).includes('view')).toBe(views);
    expect(offered(cli).includes('bash')).toBe(runs);
  });
});

it('a model that takes no tools is refused, and another one named', async () => {
  const { cli, folder } = await createFolder(answerInTurn(say));
  const models = [{ id: 'plain', abilities: ['vision'] }];
  const endpoints = { mine: { url: 'http://127.0.0.1:9/v1', dialect: 'chat-completions', models } };
  writeFileSync(join(cli.home, 'config', 'copilot-cli', 'endpoints.json'), JSON.stringify({ endpoints }));
  const run = await cli.runHere(['chat', '-m', 'mine/plain', '--use', 'read', 'hi'], { cwd: folder });
  expect(run.code).toBe(6);
  expect(run.stderr).toContain('mine/plain cannot use tools');
});

describe('a call that nobody allowed', () => {
  it('is refused at once, told to the model, and named with the flag that allows it', async () => {
    const { cli, run } = await ask([list, say], ['--use', 'read,shell', 'what is it?']);
    expect(told(cli, 1)[0]).not.toContain('42');
    expect(run.stderr).toContain(
      "refused: bash cat answer.txt; to allow it: --allow-tool 'shell(cat answer.txt)'",
    );
    expect(run).toMatchObject({ stdout: 'It is 42.\n', code: 5 });
  });

  it('is allowed by that flag', async () => {
    const { cli, run } = await ask([list, say], ['--allow-tool', 'shell(cat answer.txt)', 'what is it?']);
    expect(told(cli, 1)[0]).toContain('The answer is 42.');
    expect(run).toMatchObject({ stdout: 'It is 42.\n', stderr: '', code: 0 });
  });

  it('gets none of the variables that hold keys of endpoints', async () => {
    const { cli, folder } = await createFolder(
      answerInTurn(callTools(['bash', { command: 'printenv' }]), say),
    );
    const endpoints = { mine: { url: 'http://127.0.0.1:9/v1', key: { env: 'MY_OWN_NAME' } } };
    writeFileSync(join(cli.home, 'config', 'copilot-cli', 'endpoints.json'), JSON.stringify({ endpoints }));
    const env = { MY_OWN_NAME: 'sesame', HARMLESS: 'hello' };
    await cli.runHere(['chat', '--allow-tool', 'shell(printenv)', 'what is set?'], { cwd: folder, env });
    expect(told(cli, 1)[0]).toContain('HARMLESS=hello');
    expect(told(cli, 1)[0]).not.toContain('sesame');
  });

  it('does not end with 5 if the model found another way', async () => {
    const { run } = await ask([list, look, say], ['--use', 'read,shell', 'what is it?']);
    expect(run).toMatchObject({ stdout: 'It is 42.\n', code: 0 });
  });

  it('is refused by a rule that denies it, whatever allows it', async () => {
    const { run, folder } = await ask(
      [callTools(['create', { path: 'new.txt', file_text: 'x' }]), say],
      ['--allow-all-tools', '--deny-tool', 'write', 'write it'],
    );
    expect(run.code).toBe(5);
    expect(() => readFileSync(join(folder, 'new.txt'))).toThrow('ENOENT');
  });

  it('is refused by a rule that asks, because nobody is there', async () => {
    const { run } = await ask(
      [list, say],
      ['--allow-all-tools', '--ask-tool', 'shell(cat:*)', 'what is it?'],
    );
    expect(run.code).toBe(5);
  });

  it('changes files if all is allowed', async () => {
    const { run, folder } = await ask(
      [callTools(['edit', { path: 'answer.txt', old_str: '42', new_str: '43' }]), say],
      ['--allow-all-tools', 'correct it'],
    );
    expect(run.code).toBe(0);
    expect(readFileSync(join(folder, 'answer.txt'), 'utf8')).toBe('The answer is 43.\n');
  });
});

describe('an answer that is cut in a call', () => {
  it.each(['kimi-k2.7-code', 'gpt-5.4', 'claude-sonnet-4.6'])('is none, from %s', async (model) => {
    const half: Answer = { toolCalls: [{ name: 'view', arguments: '{' }], finish: 'length' };
    const { run } = await ask([half], ['-m', model, '--use', 'read', 'hi']);
    expect(run).toMatchObject({ stdout: '', code: 12 });
    expect(run.stderr).toContain('it stops at the output limit');
  });

  it('makes no call that the service calls malformed', async () => {
    const wrong: Answer = {
      ...callTools(['bash', { command: 'touch made' }]),
      finish: 'malformed_function_call',
    };
    const { run, folder } = await ask([wrong], ['--allow-all-tools', 'hi']);
    expect(run.code).toBe(12);
    expect(existsSync(join(folder, 'made'))).toBe(false);
  });
});

it('two calls with one id are two calls, and the model is told of both', async () => {
  const touch = (name: string) => ({ id: 'x', name: 'bash', arguments: `{"command":"echo ${name}"}` });
  const { cli, run } = await ask(
    [{ toolCalls: [touch('one'), touch('two')] }, say],
    ['--allow-tool', 'shell', 'hi'],
  );
  expect(told(cli, 1)).toEqual([expect.stringContaining('one'), expect.stringContaining('two')]);
  expect(run.stderr).toBe('');
});

describe('a bound', () => {
  it('is the number of rounds', async () => {
    const { cli, run } = await ask([look], ['--use', 'read', '--max-rounds', '2', 'what is it?']);
    expect(run).toMatchObject({ stdout: '', code: 12 });
    expect(run.stderr).toContain('the model was stopped after 2 rounds of tool calls');
    expect(readBodies(cli)).toHaveLength(2);
  });

  it('is the cost of all rounds together', async () => {
    const dear = { ...look, usage: { inputTokens: 200_000, outputTokens: 1000 } };
    const { cli, run } = await ask([dear], ['--use', 'read', '--max-credits', '5', 'what is it?']);
    expect(run.code).toBe(8);
    expect(readBodies(cli).length).toBeLessThan(5);
  });

  it('is the cost of an answer and of the one that repairs it together', async () => {
    const wrong = { text: 'no JSON', usage: { inputTokens: 2_000_000, outputTokens: 1000 } };
    const { cli, folder } = await createFolder(answerInTurn(wrong));
    writeFileSync(join(folder, 'schema.json'), '{"type":"object"}');
    const argv = ['chat', '--schema', 'schema.json', 'what is it?'];
    expect((await cli.runHere([...argv, '--max-credits', '5'], { cwd: folder })).code).toBe(8);
    expect(readBodies(cli)).toHaveLength(1);
    expect((await cli.runHere(argv, { cwd: folder })).code).not.toBe(8);
    expect(readBodies(cli)).toHaveLength(3);
  });
});

describe('flags that have no meaning', () => {
  it.each([
    [['--deny-tool', 'write'], '--deny-tool needs tools'],
    [['--add-dir', '/tmp'], '--add-dir needs tools'],
    [['--max-rounds', '3'], '--max-rounds needs tools'],
    [
      ['--use', 'everything'],
      '--use takes any of read, write, shell, mcp, joined by commas, not "everything"',
    ],
    [['--max-rounds', '0', '--use', 'read'], '--max-rounds is a number from 1 to 9999, not "0"'],
    [['--tools', 'x.json', '--use', 'read', '--json'], '--tools and --use cannot both be given'],
    [['--use', 'read', '--each-line'], '--each-line takes no --use'],
    [['--use', 'read', '--allow-tool', 'shell(git'], 'shell(git'],
    [['--use', 'read', '--add-dir', 'nowhere'], 'nowhere'],
  ])('are refused before anything is sent: %s', async (argv, message) => {
    const { cli, run } = await ask([say], [...argv, 'hi']);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(message);
    expect(readBodies(cli)).toEqual([]);
  });
});

describe('MCP servers', () => {
  const everything = join(
    fileURLToPath(new URL('../..', import.meta.url)),
    'node_modules/@modelcontextprotocol/server-everything/dist/index.js',
  );
  const config = JSON.stringify({
    mcpServers: { everything: { command: process.execPath, args: [everything, 'stdio'] } },
  });
  const echo = callTools(['everything__echo', { message: 'CALL ME' }]);

  it('are started for the run, and their tools are called by rules', async () => {
    const { cli, run } = await ask(
      [echo, say],
      ['--mcp-config', config, '--allow-tool', 'everything(echo)', 'say it'],
    );
    expect(run).toMatchObject({ stdout: 'It is 42.\n', stderr: '', code: 0 });
    expect(offered(cli)).toContain('everything__echo');
    expect(told(cli, 1)[0]).toContain('CALL ME');
  });

  it.runIf(process.platform !== 'win32').each(['', '@'])(
    'are read from a pipe, as `%s<(…)` is one',
    async (mark) => {
      const { cli, folder } = await createFolder(answerInTurn(echo, say));
      const pipe = join(folder, 'servers');
      execFileSync('mkfifo', [pipe]);
      const writer = spawn('sh', ['-c', 'printf %s "$1" > "$2"', 'sh', config, pipe]);
      onTestFinished(() => void writer.kill('SIGKILL'));
      const argv = ['chat', '--mcp-config', `${mark}${pipe}`, '--allow-tool', 'everything(echo)', 'say it'];
      expect(await cli.runHere(argv, { cwd: folder })).toMatchObject({ stdout: 'It is 42.\n', stderr: '' });
      expect(told(cli, 1)[0]).toContain('CALL ME');
    },
  );

  it('do nothing that nobody allowed', async () => {
    const { cli, run } = await ask([echo, say], ['--mcp-config', config, 'say it']);
    expect(run.code).toBe(5);
    expect(run.stderr).toContain("--allow-tool 'everything(echo)'");
    expect(told(cli, 1)[0]).not.toContain('CALL ME');
  });

  it('of the folder are not started without a yes', async () => {
    const { cli, folder } = await createFolder(answerInTurn(say));
    const trap = { command: process.execPath, args: ['-e', 'require("fs").writeFileSync("trap", "")'] };
    writeFileSync(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: { trap } }));
    const run = await cli.runHere(['chat', '--use', 'read,mcp', 'hi'], { cwd: folder });
    expect(run.stderr).toContain(
      'MCP servers of this folder were not started: trap. To allow one: `copilot-cli mcp enable trap`',
    );
    expect(existsSync(join(folder, 'trap'))).toBe(false);
    expect(run.code).toBe(0);
  });

  it.each(['docs --debug', 'docs --env-from .env', 'a b/c@d'])(
    'of the folder have one word in the command that allows them, whatever they are called: %s',
    async (name) => {
      const { cli, folder } = await createFolder(answerInTurn(say));
      const servers = { [name]: { command: 'true' }, docs: { command: 'true' } };
      writeFileSync(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: servers }));
      const run = await cli.runHere(['chat', '--use', 'read,mcp', 'hi'], { cwd: folder });
      expect(run.stderr).toContain(
        `were not started: '${name}', docs. To allow one: \`copilot-cli mcp enable '${name}'\``,
      );
    },
  );

  const gone = '{"mcpServers":{"gone":{"command":"no-such-program"}}}';

  it('that a flag names and that cannot be started end the command before anything is sent', async () => {
    const { cli, run } = await ask([say], ['--session', 'x', '--mcp-config', gone, 'hi']);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('the MCP server gone cannot be used');
    expect(readBodies(cli)).toEqual([]);
    expect((await cli.runHere(['sessions', 'list'])).stdout).toBe('');
  });

  it('of the person that cannot be started are named, to readers of JSON as well, and the run goes on', async () => {
    const { cli, folder } = await createFolder(answerInTurn(say));
    writeFileSync(join(cli.home, 'config', 'copilot-cli', 'mcp.json'), gone);
    const run = await cli.runHere(['chat', '--json', '--use', 'read,mcp', 'hi'], { cwd: folder });
    expect(run.code).toBe(0);
    expect(parseOutput(run).notices).toEqual([expect.stringContaining('the MCP server gone cannot be used')]);
  });

  it.each([
    [['--use', 'mcp'], 'no MCP server is configured'],
    [
      ['--use', 'mcp', '--allow-tool', 'nosuch(tool)'],
      'a rule names the MCP server nosuch, which is not started',
    ],
    [['--allow-tool', 'nosuch'], 'a rule names the MCP server nosuch, which is not started'],
  ])('that are not there are said to be missing: %s', async (argv, sentence) => {
    const { run } = await ask([say], [...argv, 'hi']);
    expect(run.stderr).toContain(sentence);
  });
});
