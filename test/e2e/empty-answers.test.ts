import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isVisible } from '../../src/terminal-text.ts';
import { type Cli, createCli, parseOutput, type Run } from '../helpers/cli.ts';
import { startEmulator } from '../helpers/emulator.ts';
import { sampled } from '../helpers/sampled.ts';
import type { Answer } from '../simulator/answer/answer.ts';

const models = {
  '/chat/completions': 'kimi-k2.7-code',
  '/responses': 'gpt-5.4-mini',
  '/v1/messages': 'claude-sonnet-4.6',
} as const;
type Path = keyof typeof models;
const paths = Object.keys(models) as Path[];

async function open(path: Path, answer: Answer): Promise<Cli> {
  const cli = await createCli({ answer });
  await cli.signIn();
  cli.env.GITHUB_COPILOT_MODEL = models[path];
  return cli;
}

type Row = { when: string; answer: Answer; paths?: Path[]; code: number; name: string; says: RegExp };

const silent: Row[] = [
  {
    when: 'the model says nothing',
    answer: { text: '' },
    code: 1,
    name: 'upstream',
    says: /the answer is empty: the model said nothing/,
  },
  {
    when: 'the model says a few blanks',
    answer: { text: ' \n' },
    code: 1,
    name: 'upstream',
    says: /the answer is empty/,
  },
  ...[
    { what: 'NUL', text: '\u0000' },
    { what: 'escape sequences', text: '\u001b[0m\u001b[2J', deltaLength: 1 },
    { what: 'fillers', text: '\u3164\u2800\u00ad' },
    { what: 'tags', text: '\u{e0068}\u{e0069}' },
    { what: 'a window title', text: '\u001b]0;title\u0007' },
    { what: 'variation selectors', text: '\ufe0f\u{e0100}' },
    { what: 'marks of direction', text: '\u202e\u2066\u061c' },
  ].map(({ what, ...answer }) => ({
    when: `the answer has only ${what}`,
    answer,
    code: 1,
    name: 'upstream',
    says: /the answer is empty: the model said nothing/,
  })),
  {
    when: 'the model only thinks',
    answer: { reasoning: 'Hmm.', toolCalls: [] },
    paths: ['/chat/completions', '/responses'],
    code: 1,
    name: 'upstream',
    says: /the answer is empty: the model thought, and then said nothing/,
  },
  {
    when: 'thinking takes all that may be written',
    answer: { reasoning: 'Hmm.', toolCalls: [], finish: 'length' },
    code: 12,
    name: 'truncated',
    says: /reached its output limit before the first word/,
  },
  {
    when: 'the model calls a tool that nobody gave it',
    answer: { toolCalls: [{ name: 'read_file', arguments: '{}' }] },
    code: 1,
    name: 'upstream',
    says: /the model called the tool read_file, which nobody runs here/,
  },
  {
    when: 'the model gets a call wrong',
    answer: { text: '', finish: 'malformed_function_call' },
    paths: ['/chat/completions'],
    code: 1,
    name: 'upstream',
    says: /got the call wrong \(malformed_function_call\)/,
  },
  {
    when: 'the answer repeats what others wrote',
    answer: { text: '', finish: 'recitation' },
    paths: ['/chat/completions'],
    code: 10,
    name: 'content_filter',
    says: /kept it back \(recitation\)/,
  },
  {
    when: 'the answer is unsafe',
    answer: { text: '', finish: 'SAFETY' },
    paths: ['/chat/completions'],
    code: 10,
    name: 'content_filter',
    says: /kept it back \(SAFETY\)/,
  },
  {
    when: 'the content filter keeps all of it back',
    answer: { text: '', finish: 'content_filter' },
    paths: ['/chat/completions', '/responses'],
    code: 10,
    name: 'content_filter',
    says: /content filter of the service kept it back/,
  },
  {
    when: 'Claude pauses',
    answer: { text: '', finish: 'pause_turn' },
    paths: ['/v1/messages'],
    code: 1,
    name: 'upstream',
    says: /"pause_turn"/,
  },
  {
    when: 'Claude refuses without a word',
    answer: { text: '', finish: 'refusal' },
    paths: ['/v1/messages'],
    code: 10,
    name: 'content_filter',
    says: /the model refused to answer/,
  },
];

const cases = silent.flatMap((row) => (row.paths ?? paths).map((path) => ({ ...row, path })));

describe('a script is told', () => {
  sampled.it.each(cases)('when $when on $path', async ({ path, answer, code, name, says }) => {
    const cli = await open(path, answer);
    const run = await cli.runHere(['chat', 'hi']);
    expect(run).toMatchObject({ code });
    expect(isVisible(run.stdout)).toBe(false);
    expect(run.stderr).toMatch(says);
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);

    const asJson = await cli.runHere(['chat', '--json', 'hi']);
    expect(asJson.code).toBe(code);
    expect(parseOutput(asJson).error).toMatchObject({
      code: name,
      exit_code: code,
      message: expect.stringMatching(says),
      finish_reason: expect.any(String),
    });
  });

  sampled.it.each<[what: string, answer: Answer]>([
    ['an empty code block', { text: '```\n```\n' }],
    ['a code block of blanks, with a language', { text: '\n```ts\n  \n\n```', deltaLength: 1 }],
    ['the beginning of a code block', { text: '~~~' }],
    ['a comment without words', { text: '<!-- -->\n' }],
  ])('when the answer is only %s', async (_, answer) => {
    const cli = await open('/chat/completions', answer);
    const run = await cli.runHere(['chat', 'hi']);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('the answer is empty') });
    expect(parseOutput(await cli.runHere(['chat', '--json', 'hi'])).error).toMatchObject({
      code: 'upstream',
    });
  });

  sampled.it.each([
    '<!-- TODO: remove -->',
    '```\n0\n```',
    '`` ` ``',
    '---',
    '.',
    `${'```\n```\n'.repeat(40)}end`,
  ])('of nothing when the answer is short, but not empty: %j', async (text) => {
    const cli = await open('/chat/completions', { text });
    expect((await cli.runHere(['chat', 'hi'])).code).toBe(0);
  });

  sampled.it.each(paths)('of a refusal on %s, with the words of it', async (path) => {
    const cli = await open(path, { refusal: 'I cannot help with that.' });
    const run = await cli.runHere(['chat', 'hi']);
    expect(run).toMatchObject({ stdout: 'I cannot help with that.\n', code: 10 });
    expect(run.stderr).toMatch(/^copilot-cli: the model refused to answer\. /);

    const json = parseOutput(await cli.runHere(['chat', '--json', 'hi']));
    expect(json).toMatchObject({
      text: 'I cannot help with that.',
      error: { code: 'content_filter', exit_code: 10, finish_reason: 'refusal' },
    });

    const lines = (await cli.runHere(['chat', '--jsonl', 'hi'])).stdout.trimEnd().split('\n');
    const types = lines.map((line) => JSON.parse(line));
    expect(types.at(-2)).toMatchObject({ type: 'finish', reason: 'refusal' });
    expect(types.at(-1)).toMatchObject({ type: 'error', error: { code: 'content_filter' } });
  });

  sampled.it.each([
    ['-x', ['-x', '--']],
    ['--schema', ['--schema', 'answer.json']],
  ])('of a refusal with %s on stderr, for stdout is read for something else', async (_, flags) => {
    const cli = await open('/chat/completions', { refusal: 'I cannot help with that.' });
    writeFileSync(join(cli.home, 'answer.json'), '{"type":"array","items":{"type":"string"}}');
    const run = await cli.runHere(['chat', '--usage', ...flags, 'hi'], { cwd: cli.home });
    expect(run).toMatchObject({ stdout: '', code: 10 });
    expect(run.stderr).toMatch(/^usage: \d+ tokens in/);
    expect(run.stderr).toContain('the model refused to answer: I cannot help with that. Word the prompt');
  });

  it('of a refusal with --schema in JSON, with its words and what it used', async () => {
    const cli = await open('/chat/completions', { refusal: 'I cannot help with that.' });
    writeFileSync(join(cli.home, 'answer.json'), '{"type":"array","items":{"type":"string"}}');
    const run = await cli.runHere(['chat', '--json', '--schema', 'answer.json', 'hi'], { cwd: cli.home });
    expect(parseOutput(run)).toMatchObject({
      text: 'I cannot help with that.',
      usage: { output_tokens: expect.any(Number) },
      error: { code: 'content_filter', finish_reason: 'refusal' },
    });
  });

  it('of the last answer that does not follow its schema, in JSON', async () => {
    const cli = await open('/chat/completions', { text: '[1]' });
    writeFileSync(join(cli.home, 'answer.json'), '{"type":"array","items":{"type":"string"}}');
    const run = await cli.runHere(['chat', '--json', '--schema', 'answer.json', 'hi'], { cwd: cli.home });
    expect(run.code).toBe(11);
    expect(parseOutput(run)).toMatchObject({ text: '[1]', error: { code: 'schema' } });
  });

  it('of a refusal in a batch, whose other lines are answered', async () => {
    const cli = await open('/chat/completions', {});
    cli.simulator.state.answer = ({ body }) =>
      JSON.stringify(body).includes('bad') ? { text: '' } : { text: 'Fine.' };
    const run = await cli.runHere(['chat', '--each-line'], { stdin: 'bad\ngood\n' });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('the answer is empty');
    expect(run.stdout).toContain('"text":"Fine."');
  });
});

it('a line of a batch whose answer the service broke off counts as failed, and is asked again', async () => {
  const cli = await open('/chat/completions', {});
  const argv = ['chat', '--each-line', '-o', join(cli.home, 'out.jsonl')];
  cli.simulator.state.answer = ({ body }) =>
    JSON.stringify(body).includes('bad')
      ? ({ text: 'Half', finish: 'network_error' as string } as Answer)
      : { text: 'Fine.' };
  expect(await cli.runHere(argv, { stdin: 'bad\ngood\n' })).toMatchObject({ code: 12 });
  expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(2);
  cli.simulator.state.answer = { text: 'Whole.' };
  expect(await cli.runHere(argv, { stdin: 'bad\ngood\n' })).toMatchObject({ code: 0 });
  expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(3);
  expect(readFileSync(join(cli.home, 'out.jsonl'), 'utf8')).toContain('Whole.');
});

/** Frames of a stream, as the service sends them. */
const toStream = (frames: readonly unknown[]): string =>
  frames.map((frame) => `data: ${typeof frame === 'string' ? frame : JSON.stringify(frame)}\n\n`).join('');

const chatChunk = (fields: object): object => ({
  id: 'c1',
  model: 'kimi',
  choices: [{ index: 0, ...fields }],
});

const claudeStream = (text: string, reason: string | null): unknown[] => [
  { type: 'message_start', message: { id: 'm1', model: 'claude', role: 'assistant', content: [] } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 2 } },
  { type: 'message_stop' },
];

const completed = (response: object, text = ''): unknown[] => [
  { type: 'response.created', response: { id: 'r1', model: 'gpt', status: 'in_progress' } },
  ...(text === ''
    ? []
    : [{ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: text }]),
  { type: 'response.completed', response: { id: 'r1', model: 'gpt', output: [], ...response } },
];

const hostedCall = (type: string, name: string): unknown[] => {
  const [start, ...rest] = claudeStream('Half', 'end_turn');
  return [
    start,
    { type: 'content_block_start', index: 7, content_block: { type, id: 's', name, input: {} } },
    { type: 'content_block_stop', index: 7 },
    ...rest,
  ];
};

async function askForStream(path: Path, frames: readonly unknown[], argv: string[] = []): Promise<Run> {
  const cli = await open(path, {});
  cli.simulator.faults.add({ path, status: 200, body: toStream(frames), contentType: 'text/event-stream' });
  return cli.runHere(['chat', ...argv, 'hi']);
}

describe('an answer that may not be complete has a warning', () => {
  sampled.it.each<[when: string, path: Path, frames: unknown[], says: RegExp]>([
    [
      'Claude has filled the context window',
      '/v1/messages',
      claudeStream('Half', 'model_context_window_exceeded'),
      /^warning: the answer reached the end of the model's context window and may be incomplete\.\n$/,
    ],
    [
      'a chat stream ends with a full context window',
      '/chat/completions',
      [chatChunk({ delta: { content: 'Half' }, finish_reason: 'model_context_window_exceeded' }), '[DONE]'],
      /^warning: the answer reached the end of the model's context window/,
    ],
    [
      'a completed response stops at the output limit',
      '/responses',
      completed({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }, 'Half'),
      /^warning: the answer reached the model's output limit/,
    ],
  ])('if %s', async (_, path, frames, says) => {
    const run = await askForStream(path, frames);
    expect(run).toMatchObject({ code: 0, stdout: 'Half\n', stderr: expect.stringMatching(says) });
  });

  it('if the service ends it with a word that nobody knows', async () => {
    const run = await askForStream('/chat/completions', endedBy('brand_new'));
    expect(run).toMatchObject({
      code: 0,
      stdout: 'Half\n',
      stderr: expect.stringContaining(
        'The service ended the answer with "brand_new"; it may not be complete.',
      ),
    });
  });
});

const endedBy = (finish_reason: string): unknown[] => [
  chatChunk({ delta: { content: 'Half' }, finish_reason }),
  '[DONE]',
];

describe('an answer that was cut ends with 12, and what came is on stdout', () => {
  const noReason = /the answer is not complete: the service ended it without a reason\./;
  sampled.it.each<[when: string, path: Path, frames: unknown[], says: RegExp]>([
    [
      'a chat stream ends without a reason',
      '/chat/completions',
      [chatChunk({ delta: { content: 'Half' } }), '[DONE]'],
      noReason,
    ],
    ['Claude gives no reason', '/v1/messages', claudeStream('Half', null), noReason],
    ['Claude pauses', '/v1/messages', claudeStream('Half', 'pause_turn'), /with "pause_turn"/],
    [
      'a call goes wrong',
      '/chat/completions',
      endedBy('malformed_function_call'),
      /"malformed_function_call"/,
    ],
    [
      'a completed response is cancelled',
      '/responses',
      completed({ status: 'cancelled' }, 'Half'),
      /"cancelled"/,
    ],
    [
      'a completed response is in progress',
      '/responses',
      completed({ status: 'in_progress' }, 'Half'),
      /"incomplete: in_progress"/,
    ],
    ['a response is incomplete', '/responses', completed({ status: 'incomplete' }, 'Half'), /"incomplete"/],
    [
      'a response is incomplete for a reason that nobody knows',
      '/responses',
      completed({ status: 'incomplete', incomplete_details: { reason: 'boredom' } }, 'Half'),
      /"incomplete: boredom"/,
    ],
  ])('if %s', async (_, path, frames, says) => {
    const run = await askForStream(path, frames);
    expect(run).toMatchObject({ code: 12, stdout: 'Half\n', stderr: expect.stringMatching(says) });
    const asJson = await askForStream(path, frames, ['--json']);
    expect(parseOutput(asJson).error).toMatchObject({ code: 'truncated', finish_reason: 'other' });
  });

  it.each([[['-x']], [['--schema', 'schema.json']]])(
    'if the output limit cuts it and %j needs it whole, without a second request',
    async (argv) => {
      const cli = await open('/chat/completions', { text: '{"a": [1, 2', finish: 'length' });
      writeFileSync(join(cli.home, 'schema.json'), '{"type": "object"}');
      const run = await cli.runHere(['chat', ...argv, '--', 'hi'], { cwd: cli.home });
      expect(run).toMatchObject({ code: 12, stderr: expect.stringMatching(/it stops at the output limit/) });
      expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(1);
    },
  );
});

/** A stream of each dialect that says "Half" and ends with this word. */
const endings: Record<Path, (word: string) => unknown[]> = {
  '/chat/completions': endedBy,
  '/v1/messages': (word) => claudeStream('Half', word),
  '/responses': (word) => completed({ status: 'incomplete', incomplete_details: { reason: word } }, 'Half'),
};

describe.each(paths)('the last word of a service on %s', (path) => {
  sampled.it.each([
    'network_error',
    'server_error',
    'overloaded',
    'timeout',
    'interrupted',
    'insufficient_system_resource',
    'abort',
    'aborted',
    'USER_CANCEL',
    'upstream_timeout',
    'internal-error',
    'MALFORMED_FUNCTION_CALL',
  ])('is a failure if it is %s', async (word) => {
    const run = await askForStream(path, endings[path](word), ['--json']);
    expect(run.code).toBe(12);
    expect(parseOutput(run)).toMatchObject({
      text: 'Half',
      error: { code: 'truncated', finish_detail: expect.stringContaining(word) },
    });
  });

  sampled.it.each([
    'sensitive',
    'RECITATION',
    'SAFETY',
    'BLOCKLIST',
    'PROHIBITED_CONTENT',
    'guardrail_intervened',
    'content-filter',
    'ERROR_TOXIC',
  ])('is one of a filter if it is %s', async (word) => {
    const run = await askForStream(path, endings[path](word), ['--json']);
    expect(run.code).toBe(10);
    expect(parseOutput(run)).toMatchObject({
      text: 'Half',
      error: { code: 'content_filter', finish_reason: 'content-filter' },
    });
  });

  sampled.it.each(['model_length', 'max_output_tokens', 'MAX_TOKENS', 'error_limit'])(
    'is a limit if it is %s',
    async (word) => {
      const run = await askForStream(path, endings[path](word), ['--json']);
      expect(run.code).toBe(0);
      expect(parseOutput(run)).toMatchObject({ text: 'Half', finish_reason: 'length' });
    },
  );
});

describe('a last word that says nothing of a failure', () => {
  sampled.it.each([
    ['eos', 'stop'],
    ['eos_token', 'stop'],
    ['COMPLETE', 'stop'],
    ['finished', 'other'],
    ['terrorist', 'other'],
    ['timely', 'other'],
  ])('does not fail the answer: %s', async (word, reason) => {
    for (const path of ['/chat/completions', '/v1/messages'] as const) {
      const run = await askForStream(path, endings[path](word), ['--json']);
      expect(run.code).toBe(0);
      expect(parseOutput(run)).toMatchObject({ finish_reason: reason, finish_detail: word });
    }
  });
});

describe('an answer with words on the wire beside its text', () => {
  it.each<[what: string, frames: unknown[], code: number, stdout: string]>([
    [
      'the end of a text that had no delta',
      [{ type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'Whole.' }],
      0,
      'Whole.\n',
    ],
    [
      'two such texts of one message',
      [
        { type: 'response.output_text.done', item_id: 'i', output_index: 0, content_index: 0, text: 'One, ' },
        { type: 'response.output_text.done', item_id: 'i', output_index: 0, content_index: 1, text: 'two.' },
      ],
      0,
      'One, two.\n',
    ],
    [
      'texts of two messages',
      [
        { type: 'response.output_text.done', output_index: 0, text: 'One.' },
        { type: 'response.output_text.done', output_index: 1, text: 'Two.' },
      ],
      0,
      'One.\n\nTwo.\n',
    ],
    [
      'the end of a refusal that had no delta',
      [{ type: 'response.refusal.done', output_index: 0, refusal: 'No way.' }],
      10,
      'No way.\n',
    ],
    [
      'such a text, repeated by the end of its item',
      [
        { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'Once.' },
        {
          type: 'response.output_item.done',
          output_index: 0,
          item: { type: 'message', content: [{ type: 'output_text', text: 'Once.' }] },
        },
      ],
      0,
      'Once.\n',
    ],
  ])('is shown if there is only %s', async (_, frames, code, stdout) => {
    const [created, end] = completed({ status: 'completed' });
    expect(await askForStream('/responses', [created, ...frames, end])).toMatchObject({ code, stdout });
  });

  sampled.it.each([
    ['without a word', ''],
    ['in the middle', 'Half'],
  ])('gives the reason why Claude refuses %s', async (_, text) => {
    const frames = claudeStream(text, 'refusal').map((frame) =>
      (frame as { type: string }).type === 'message_delta'
        ? {
            ...(frame as object),
            delta: {
              stop_reason: 'refusal',
              stop_details: { type: 'refusal', explanation: 'Cyber policy.' },
            },
          }
        : frame,
    );
    const run = await askForStream('/v1/messages', frames);
    expect(run).toMatchObject({ code: 10, stdout: text === '' ? '' : `${text}\n` });
    expect(run.stderr).toMatch(/^copilot-cli: the model refused to answer: Cyber policy\. /);
    expect(parseOutput(await askForStream('/v1/messages', frames, ['--json'])).error).toMatchObject({
      explanation: 'Cyber policy.',
    });
  });

  sampled.it.each(paths)(
    'gives the words of an error event on %s that is told by its name alone',
    async (path) => {
      const [first] = endings[path]('stop');
      const beginning = `data: ${JSON.stringify(first)}\n\n`;
      for (const data of [
        '{"message":"boom"}',
        '{"code":"api_error","message":"boom"}',
        '{"error":"boom"}',
        'boom',
      ]) {
        const cli = await open(path, {});
        const body = `${beginning}event: error\ndata: ${data}\n\n`;
        cli.simulator.faults.add({ path, status: 200, body, contentType: 'text/event-stream' });
        const run = await cli.runHere(['chat', 'hi']);
        expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('boom') });
      }
    },
  );

  sampled.it.each([
    ['{}', /something other than an answer: \{\}/],
    ['[]', /something other than an answer: \[\]/],
    ['{"status":"ok"}', /something other than an answer: \{"status":"ok"\}/],
    ['{"data":[]}', /something other than an answer: \{"data":\[\]\}/],
  ])('quotes a body that is no answer: %s', async (body, says) => {
    const cli = await open('/chat/completions', {});
    cli.simulator.faults.add({
      path: '/chat/completions',
      status: 200,
      body,
      contentType: 'application/json',
    });
    expect(await cli.runHere(['chat', 'hi'])).toMatchObject({ code: 1, stderr: expect.stringMatching(says) });
  });

  it('is a refusal if one stands only in the finished response', async () => {
    const output = [{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }];
    const run = await askForStream('/responses', completed({ status: 'completed', output }, 'Half'));
    expect(run).toMatchObject({ code: 10, stdout: 'Half\n\nNo.\n' });
  });

  it('fails if the completed response has an error', async () => {
    const run = await askForStream('/responses', completed({ error: { message: 'it broke' } }, 'Half'));
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('it broke') });
  });

  it.each<[tool: string, path: Path, frames: unknown[]]>([
    [
      'local_shell',
      '/responses',
      completed(
        { output: [{ type: 'local_shell_call', call_id: 'c', action: { type: 'exec', command: ['ls'] } }] },
        'Half',
      ),
    ],
    ['find', '/v1/messages', hostedCall('mcp_tool_use', 'find')],
    ['web_search', '/v1/messages', hostedCall('server_tool_use', 'web_search')],
  ])('names the call of %s that nobody runs', async (tool, path, frames) => {
    const run = await askForStream(path, frames);
    expect(run).toMatchObject({
      code: 0,
      stdout: 'Half\n',
      stderr: expect.stringContaining(`The model called the tool ${tool}, which nobody runs here.`),
    });
    const json = parseOutput(await askForStream(path, frames, ['--json']));
    expect(json.tool_calls).toMatchObject([{ name: tool }]);
  });
});

describe('a chat stream', () => {
  it.each<[what: string, frames: unknown[], code: number, says: RegExp]>([
    [
      'with the one call of old servers names it',
      [
        chatChunk({
          delta: { function_call: { name: 'look', arguments: '{}' } },
          finish_reason: 'function_call',
        }),
        '[DONE]',
      ],
      1,
      /the model called the tool look, which nobody runs here/,
    ],
    [
      'that ends for a call, and has none, says so',
      [chatChunk({ delta: {}, finish_reason: 'tool_calls' }), '[DONE]'],
      1,
      /the model ended it to call a tool, and called none/,
    ],
    [
      'of thinking alone is empty',
      [
        chatChunk({ delta: { content: `<think>${'Hm. '.repeat(200)}</think>\n` }, finish_reason: 'stop' }),
        '[DONE]',
      ],
      1,
      /the model thought, and then said nothing/,
    ],
    [
      'of several thoughts is empty',
      [
        chatChunk({ delta: { content: '<think>a</think>\n' } }),
        chatChunk({ delta: { content: '<think>b</think>' }, finish_reason: 'stop' }),
        '[DONE]',
      ],
      1,
      /the model thought, and then said nothing/,
    ],
    [
      'of thinking that the prompt began is empty',
      [
        chatChunk({ delta: { content: 'hm hm' } }),
        chatChunk({ delta: { content: '</think>' }, finish_reason: 'stop' }),
        '[DONE]',
      ],
      1,
      /the model thought, and then said nothing/,
    ],
    ['that is sensitive is filtered', endedBy('sensitive'), 10, /content filter/],
  ])('%s', async (_, frames, code, says) => {
    expect(await askForStream('/chat/completions', frames)).toMatchObject({
      code,
      stderr: expect.stringMatching(says),
    });
  });
});

describe('an empty answer has the cause that the service gives', () => {
  sampled.it.each<[when: string, path: Path, frames: unknown[], code: number, says: RegExp]>([
    [
      'it is cancelled',
      '/responses',
      completed({ status: 'cancelled' }),
      1,
      /is empty: the service ended it with "cancelled"/,
    ],
    [
      'it is incomplete',
      '/responses',
      completed({ status: 'incomplete' }),
      1,
      /is empty: the service ended it with "incomplete"/,
    ],
    [
      'the content filter stops it',
      '/responses',
      completed({ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }),
      10,
      /content filter of the service kept it back/,
    ],
    [
      'it failed',
      '/responses',
      completed({ status: 'failed', error: { code: 'invalid_prompt', message: 'the prompt is bad' } }),
      1,
      /the prompt is bad/,
    ],
    [
      'Claude gives no reason',
      '/v1/messages',
      claudeStream('', null),
      1,
      /is empty: the service ended it without a reason/,
    ],
    [
      'the context window is full',
      '/v1/messages',
      claudeStream('', 'model_context_window_exceeded'),
      12,
      /is empty: the prompt fills the context window/,
    ],
  ])('if %s', async (_, path, frames, code, says) => {
    const run = await askForStream(path, frames);
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toMatch(says);
  });
});

describe('two messages of one answer', () => {
  const answer = { commentary: 'I look first.', text: 'It is 4.' };

  it('have a blank line between them', async () => {
    const cli = await open('/responses', answer);
    expect((await cli.run(['chat', 'hi'])).stdout).toBe('I look first.\n\nIt is 4.\n');
    expect(parseOutput(await cli.run(['chat', '--json', 'hi'])).text).toBe('I look first.\n\nIt is 4.');
  });

  it('are two paragraphs in the chat', async () => {
    const cli = await open('/responses', answer);
    const chat = startEmulator(cli, ['chat']);
    await chat.waitForScreen('Ask anything');
    chat.type('hi');
    chat.press('enter');
    await chat.waitForScreen('It is 4.');
    expect(chat.screen().join('\n')).toMatch(/I look first\.\s*\n\s*\n\s*It is 4\./);
  });
});
