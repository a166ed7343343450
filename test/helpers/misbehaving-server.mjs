// An MCP server that does by its first argument what it should not do. It speaks JSON-RPC by hand. Each start adds a line with its number to the
// file `starts` of its folder.
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [mode = 'plain'] = process.argv.slice(2);
appendFileSync('starts', `${process.pid}\n`);
const starts = readFileSync('starts', 'utf8').trim().split('\n').length;

const esc = '\u001b]0;owned\u0007\u001b[31mred\u202e';
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const notify = (method, params) => send({ method, params });
const text = (value) => ({ content: [{ type: 'text', text: value }] });
const object = { type: 'object', properties: {} };

const tools = {
  plain: [
    { name: 'echo', inputSchema: object },
    { name: 'die', inputSchema: object },
    { name: 'die_once', inputSchema: object, annotations: { idempotentHint: true } },
    { name: 'hang', inputSchema: object },
    { name: 'env', inputSchema: object },
    { name: 'sample', inputSchema: object },
    { name: 'change', inputSchema: object },
    { name: 'progress', inputSchema: object, annotations: { readOnlyHint: true } },
  ],
  names: [
    'a.b',
    'a/b',
    'a_b',
    'größe',
    '文件',
    '数据',
    'x'.repeat(100),
    `${'x'.repeat(100)}y`,
    'with space',
    '\u001b[31mred',
    '__proto__',
    'constructor',
  ].map((name) => ({ name, inputSchema: object })),
  many: Array.from({ length: 300 }, (_, index) => ({
    name: `tool_${index}`,
    description: index === 299 ? 'Rotates a polygon' : `Does ${index}`,
    inputSchema: object,
  })),
  large: [{ name: 'large', inputSchema: object }],
  escapes: [
    {
      name: 'escape',
      title: esc,
      description: esc,
      inputSchema: { type: 'object', properties: { a: { type: 'string', description: esc } } },
    },
  ],
  lies: [
    {
      name: 'lie',
      inputSchema: object,
      outputSchema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
    },
    {
      name: 'stall',
      inputSchema: object,
      outputSchema: { type: 'object', properties: { s: { type: 'string', pattern: '^(a+)+$' } } },
    },
    { name: 'promise', inputSchema: object, outputSchema: object },
    { name: 'no_result', inputSchema: object },
    { name: 'audio', inputSchema: object },
    { name: 'refuse', inputSchema: { type: 'object', properties: { words: { type: 'string' } } } },
  ],
  schema: [
    {
      name: 'huge',
      inputSchema: {
        type: 'object',
        properties: { a: { description: 'x'.repeat(1024 * 1024), type: 'string' } },
      },
    },
    { name: 'small', inputSchema: object },
    { name: 'small', inputSchema: object },
  ],
  invalid: [{ name: 5 }],
  forms: [{ name: 'raw', inputSchema: object }],
};
let listed = tools[mode] ?? tools.plain;

function call(id, { name, arguments: given, _meta: meta }) {
  const result = (value) => send({ id, result: value });
  switch (name) {
    case 'die':
      process.stderr.write('segmentation fault\n');
      return process.exit(7);
    case 'die_once':
      return starts === 1 ? process.exit(7) : result(text(`alive in start ${starts}`));
    case 'hang':
      return undefined;
    case 'env':
      return result(text(JSON.stringify(process.env)));
    case 'sample':
      waiting = id;
      return send({ id: 'sample', method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } });
    case 'change':
      change();
      return result(text('changed'));
    case 'progress':
      for (const step of [1, 2])
        notify('notifications/progress', {
          progressToken: meta?.progressToken,
          progress: step,
          total: 2,
          message: `step ${esc}`,
        });
      // Both would otherwise be read at once on a busy machine, and progress of a call that is over counts for nothing.
      return setTimeout(() => result(text('done')), 300);
    case 'large':
      return result(text(`begin${'0123456789'.repeat(1024 * 1024)}end`));
    case 'escape':
      return result({
        content: [
          { type: 'text', text: `a${esc}\r\nb` },
          { type: 'resource_link', uri: `file:///${esc}`, name: esc },
          { type: 'resource', resource: { uri: 'file:///x', text: esc } },
        ],
        structuredContent: { a: esc },
      });
    case 'lie':
      return result({ ...text('here'), structuredContent: { n: 'no number' } });
    case 'stall':
      return result({ ...text('here'), structuredContent: { s: `${'a'.repeat(40)}!` } });
    case 'promise':
      return result(text('words'));
    case 'no_result':
      return result({ content: 'no list' });
    case 'raw':
      return process.stdout.write(`${given.line.replaceAll('ID', id)}\n`);
    case 'audio':
      return result({ content: [{ type: 'audio', data: 'AAAA', mimeType: 'audio/wav' }] });
    case 'refuse':
      return send({ id, error: { code: -32_000, message: given.words } });
    default:
      return result(text(`start ${starts}`));
  }
}

let waiting;

function change() {
  listed = [...listed, { name: 'added', inputSchema: object }];
  notify('notifications/tools/list_changed');
}

function answer({ id, method, params, error, result }) {
  if (id === 'sample')
    return send({ id: waiting, result: text(error ? `refused: ${error.message}` : JSON.stringify(result)) });
  if (method === 'initialize') return initialize(id, params);
  if (method === 'tools/list') {
    send({ id, result: { tools: listed } });
    if (mode === 'changes-early' && listed.length === tools.plain.length) change();
    return undefined;
  }
  if (method === 'tools/call') {
    call(id, params);
    if (mode === 'forgets') process.stdout.end(() => process.exit(0));
    return undefined;
  }
  if (method === 'notifications/cancelled') return appendFileSync('cancelled', `${params.requestId}\n`);
  if (id !== undefined && method) return send({ id, error: { code: -32601, message: 'unknown' } });
  return undefined;
}

function initialize(id, { protocolVersion }) {
  if (
    mode === 'silent' ||
    (mode === 'silent-once' && starts === 1) ||
    mode === 'progresses' ||
    mode === 'floods-start'
  )
    return;
  if (mode === 'answers-nothing') return send({ id });
  if (mode === 'refuses') return send({ id, error: { code: -32000, message: `no ${esc}` } });
  send({
    id,
    result: {
      protocolVersion,
      capabilities: { tools: { listChanged: true } },
      serverInfo: { name: mode === 'escapes' ? esc : 'misbehaving', version: '1' },
    },
  });
  if (mode === 'floods') flood();
}

function flood() {
  for (let index = 0; index < 200; index += 1)
    notify('notifications/message', { level: 'info', data: 'x'.repeat(100) });
  setImmediate(flood);
}

if (mode === 'dies') {
  process.stderr.write(`cannot read its settings${esc}\n`);
  process.exit(3);
}
if (mode === 'leaks') {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const row = `${'a1B2'.repeat(16)}\n`;
  const words = {
    token: `${'x '.repeat(240)}${token} y\n`,
    key: `-----BEGIN RSA PRIVATE KEY-----\n${row.repeat(9)}`,
    flood: `first words\n${'x '.repeat(32_750)}${token} ${'y '.repeat(9000)}${token}\n`,
  };
  process.stderr.write(words[process.env.LEAK]);
  process.exit(3);
}
if (mode === 'greets') process.stdout.write('Welcome!\n{"not": "json-rpc"}\n\n[1, 2\n');
if (mode === 'progresses')
  setInterval(() => notify('notifications/progress', { progressToken: 0, progress: 1 }), 10);
if (mode === 'floods-start') flood();
if (mode === 'parents') {
  const child = spawn(
    '/bin/sh',
    ['-c', 'trap "" TERM HUP INT; echo $$ >> starts; while :; do sleep 1; done'],
    { stdio: 'ignore' },
  );
  child.unref();
}
if (mode === 'stays') {
  process.on('SIGTERM', () => {});
  setInterval(() => {}, 1000);
}

createInterface({ input: process.stdin }).on('line', (line) => answer(JSON.parse(line)));
