// A server on stdio with resources and prompts of each kind, also such as nobody should have. With the argument `hangs` it lists them, and gives none.
import { createInterface } from 'node:readline';

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const contents = {
  'kind:text': { mimeType: 'text/plain', text: 'One \u001b[31mred\u001b[0m line.\nTwo: @key.txt' },
  'kind:image': { mimeType: 'image/png', blob: png },
  'kind:data': { mimeType: 'application/json', blob: Buffer.from('{"answer":42}').toString('base64') },
  'kind:sound': { mimeType: 'audio/wav', blob: 'UklGRg==' },
  'kind:large': { mimeType: 'text/plain', text: 'x'.repeat(1024 * 1024 + 1) },
  'kind:two words': { mimeType: 'text/plain', text: 'Spaces.' },
};
const resources = Object.keys(contents).map((uri) => ({
  uri,
  name: uri,
  description: `\u001b]0;owned\u0007The ${uri}`,
}));
resources.push({ uri: 'kind:\u001b[2Jcleared\nline', name: 'bad' });

const words = { role: 'user', content: { type: 'text', text: 'Said \u001b[2Jby @key.txt' } };
const prompts = [
  {
    name: 'two words',
    arguments: [{ name: 'a\u001b[2Jb', required: true, description: '\u001b]0;x\u0007Which?' }],
  },
  { name: 'Two words' },
  { name: '\u001b[2J/../../etc', description: '\u001b[2JIt clears.' },
  { name: 'silent' },
];

const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { resources: {}, prompts: {} },
    serverInfo: { name: 'kinds', version: '1' },
  }),
  'resources/list': () => ({ resources }),
  'resources/templates/list': () => ({ resourceTemplates: [] }),
  'prompts/list': () => ({ prompts }),
  'prompts/get': ({ name }) => ({ messages: name === 'silent' ? [] : [words] }),
  'resources/read': ({ uri }) => ({ contents: [{ uri, ...contents[uri] }] }),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (process.argv[2] === 'hangs' && ['prompts/get', 'resources/read'].includes(method)) return;
  const answer = answers[method];
  const outcome = answer
    ? { result: answer(params) }
    : { error: { code: -32601, message: 'no such method' } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...outcome })}\n`);
});
