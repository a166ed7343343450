import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli } from '../helpers/cli.ts';
import { sampled } from '../helpers/sampled.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';

const chatPath = '/chat/completions';
const code = 'Here:\n\n```python src/a.py\nprint(1)\n```\n\nand\n\n```js\nlet a;\n```\n';

async function createSignedIn(answer: Required<SimulatorOptions>['answer']): Promise<Cli> {
  const cli = await createCli({ answer });
  await cli.signIn();
  return cli;
}

describe('code of an answer', () => {
  sampled.it.each([
    [['-x'], 'print(1)\n\nlet a;\n'],
    [['-x=py'], 'print(1)\n'],
    [['--xl'], 'let a;\n'],
  ])('%j prints it alone', async (flags, stdout) => {
    const cli = await createSignedIn({ text: code });
    expect(await cli.runHere(['chat', 'write', ...flags])).toMatchObject({ stdout, stderr: '', code: 0 });
  });

  it('that is not there is exit 11, and the answer is kept', async () => {
    const cli = await createSignedIn({ text: 'No code.' });
    expect(await cli.run(['chat', 'write', '-x'])).toMatchObject({
      stdout: '',
      stderr: 'copilot-cli: the answer has no code block. Ask for one in the prompt.\n',
      code: 11,
    });
    expect((await cli.run(['sessions', 'list'])).stdout).toContain('write');
  });

  sampled.it.each([
    ['is empty', { text: 'Here:\n\n```py\n```\n' }, 11, /the code of the answer is empty/],
    [
      'was cut off before it',
      { text: 'Here:', finish: 'length' as const },
      12,
      /it stops at the output limit/,
    ],
  ])('that %s is a failure', async (_, answer, exitCode, words) => {
    const cli = await createSignedIn(answer);
    const run = await cli.runHere(['chat', 'write', '-x']);
    expect(run).toMatchObject({ stdout: '', code: exitCode });
    expect(run.stderr).toMatch(words);
  });

  it('that stops inside a block is a failure, and no file', async () => {
    const cli = await createSignedIn({ text: 'So:\n\n```sh\necho hi\nrm -rf $HOME/', finish: 'length' });
    const folder = join(cli.home, 'out');
    for (const flags of [['-x'], ['--extract-to', folder]]) {
      const run = await cli.runHere(['chat', 'write', ...flags]);
      expect(run).toMatchObject({ code: 12, stderr: expect.stringContaining('the answer stops inside it') });
    }
    expect(existsSync(folder)).toBe(false);
    const batch = await cli.runHere(['chat', '--each-line', '-x'], { stdin: 'a\n' });
    expect(JSON.parse(batch.stdout)).toMatchObject({ type: 'failure', error: { code: 'truncated' } });
  });

  it('goes into files, and into none that is there', async () => {
    const cli = await createSignedIn({ text: code });
    const folder = join(cli.home, 'out');
    expect(await cli.runHere(['chat', 'write', '--extract-to', folder])).toMatchObject({
      stdout: code,
      code: 0,
    });
    expect(readFileSync(join(folder, 'src', 'a.py'), 'utf8')).toContain('print(1)');
    const again = await cli.runHere(['chat', 'write', '--extract-to', folder]);
    expect(again).toMatchObject({ stdout: code, code: 2 });
    expect(again.stderr).toContain('a.py');
  });
});

describe('an answer that must follow a schema', () => {
  const schema = JSON.stringify({
    type: 'object',
    properties: { age: { type: 'integer' } },
    required: ['age'],
    additionalProperties: false,
  });

  async function ask(texts: string[]): Promise<{ cli: Cli; run: Awaited<ReturnType<Cli['run']>> }> {
    let round = 0;
    const cli = await createSignedIn(() => ({ text: texts[round++] ?? 'too many' }));
    const path = join(cli.home, 'schema.json');
    writeFileSync(path, schema);
    return { cli, run: await cli.runHere(['chat', '--schema', path, 'how old?']) };
  }

  it('is printed as the value alone', async () => {
    const { cli, run } = await ask(['```json\n{"age": 7}\n```']);
    expect(run).toMatchObject({ stdout: '{\n  "age": 7\n}\n', stderr: '', code: 0 });
    expect(JSON.stringify(cli.simulator.requestsTo(chatPath)[0]?.body)).toContain('follows this JSON Schema');
  });

  it('is asked for in the field that the model has for it', async () => {
    const cli = await createSignedIn({ text: '{"age": 7}' });
    const path = join(cli.home, 'schema.json');
    writeFileSync(path, schema);
    const run = await cli.runHere(['chat', '-m', 'gpt-5.3-codex', '--schema', path, 'how old?']);
    expect(run).toMatchObject({ stdout: '{\n  "age": 7\n}\n', stderr: '', code: 0 });
    expect(cli.simulator.requestsTo('/responses')[0]?.body).toMatchObject({
      text: { format: { type: 'json_schema', schema: JSON.parse(schema) } },
    });
  });

  it('is asked for once more where it does not, and nobody is charged for that', async () => {
    const { cli, run } = await ask(['{"age": "seven"}', '{"age": 7}']);
    expect(run).toMatchObject({ stdout: '{\n  "age": 7\n}\n', code: 0 });
    const sent = cli.simulator.requestsTo(chatPath);
    expect(sent.map(({ headers }) => headers['x-initiator'])).toEqual(['user', 'agent']);
    expect(JSON.stringify(sent[1]?.body)).toContain('/age must be integer');
  });

  it('fails with 11 where that does not help', async () => {
    const { cli, run } = await ask(['seven', '{"age": "seven"}']);
    expect(run).toMatchObject({ stdout: '', code: 11 });
    expect(run.stderr).toMatch(/does not follow the schema: \/age must be integer/);
    expect(cli.simulator.requestsTo(chatPath)).toHaveLength(2);
  });

  sampled.it.each([
    ['nowhere.json', undefined, 2],
    ['broken.json', '{', 3],
  ])('is not asked for by a schema that cannot be used: %s', async (name, text, exit) => {
    const cli = await createSignedIn({});
    const path = join(cli.home, name);
    if (text !== undefined) writeFileSync(path, text);
    const run = await cli.runHere(['chat', '--schema', path, 'hi']);
    expect(run.code).toBe(exit);
    expect(run.stderr).toContain(name);
    expect(cli.simulator.requestsTo(chatPath)).toEqual([]);
    expect(existsSync(join(cli.home, 'data', 'copilot-cli'))).toBe(false);
  });
});

describe('what an answer may cost', () => {
  it('cuts the reply where the credits end', async () => {
    const cli = await createSignedIn({});
    const argv = ['chat', '-m', 'gpt-5-mini', '--max-credits', '0.5', 'hi'];
    expect(await cli.runHere(argv)).toMatchObject({ stdout: 'You said: hi\n', code: 0 });
    const body = JSON.stringify(cli.simulator.requestsTo('/responses')[0]?.body);
    const tokens = Number(/"max_output_tokens":(\d+)/.exec(body)?.[1]);
    expect(tokens).toBeGreaterThan(100);
    expect(tokens).toBeLessThan(100_000);
  });

  it('is refused with 8 where the request alone costs more', async () => {
    const cli = await createSignedIn({});
    const run = await cli.runHere(['chat', '-m', 'gpt-5-mini', '--max-credits', '0.0000001', 'hi']);
    expect(run.code).toBe(8);
    expect(run.stderr).toMatch(/the request alone costs about .* credits/);
    expect(cli.simulator.requestsTo('/responses')).toEqual([]);
  });
});

describe('tools', () => {
  it('are told to the model, and its calls come back as JSON', async () => {
    const cli = await createSignedIn({ toolCalls: [{ name: 'read', arguments: '{"path":"a"}' }] });
    const path = join(cli.home, 'tools.json');
    const parameters = { type: 'object', properties: { path: { type: 'string' } } };
    writeFileSync(path, JSON.stringify([{ type: 'function', function: { name: 'read', parameters } }]));
    const run = await cli.runHere(['chat', '--tools', path, '--json', 'read a']);
    expect(JSON.parse(run.stdout)).toMatchObject({
      finish_reason: 'tool-calls',
      tool_calls: [{ name: 'read', arguments: '{"path":"a"}' }],
    });
    expect(cli.simulator.requestsTo(chatPath)[0]?.body).toMatchObject({
      tools: [{ type: 'function', function: { name: 'read', parameters } }],
    });
  });

  it.each([
    ['half of it', '{"path":"a', {}],
    ['half of it at the output limit', '{"path":"a', { finish: 'length' as const }],
    ['no object', '5', {}],
  ])('are no success with %s', async (_, text, more) => {
    const cli = await createSignedIn({ toolCalls: [{ name: 'read', arguments: text }], ...more });
    const path = join(cli.home, 'tools.json');
    writeFileSync(path, JSON.stringify([{ name: 'read', parameters: { type: 'object' } }]));
    const run = await cli.runHere(['chat', '--tools', path, '--json', 'read a']);
    expect(run).toMatchObject({
      code: 12,
      stderr: expect.stringContaining('the call of read is not complete'),
    });
  });

  sampled.it.each([
    ['{}', /is not a JSON list of tools/],
    ['[{"description":"x"}]', /tool 0 has no name/],
    ['[{"name":"x","parameters":5}]', /parameters of x/],
  ])('that cannot be read are told: %s', async (text, words) => {
    const cli = await createSignedIn({});
    const path = join(cli.home, 'tools.json');
    writeFileSync(path, text);
    const run = await cli.runHere(['chat', '--tools', path, '--json', 'hi']);
    expect(run.code).toBe(3);
    expect(run.stderr).toMatch(words);
  });
});
