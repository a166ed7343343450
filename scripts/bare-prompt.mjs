// What a one-shot prompt costs at the least: one request with undici, its deltas to stdout. Only the benchmark runs it.
import { request } from 'undici';

const { BARE_URL, BARE_BEARER, BARE_MODEL } = process.env;
const { body } = await request(`${BARE_URL}/chat/completions`, {
  method: 'POST',
  headers: {
    authorization: `Bearer ${BARE_BEARER}`,
    'content-type': 'application/json',
    'copilot-integration-id': 'vscode-chat',
    'editor-version': 'vscode/1.107.0',
    'x-github-api-version': '2026-06-01',
    'x-initiator': 'user',
  },
  body: JSON.stringify({
    model: BARE_MODEL,
    messages: [{ role: 'user', content: process.argv[2] }],
    stream: true,
  }),
});

let rest = '';
for await (const bytes of body) {
  const lines = (rest + bytes).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    if (!line.startsWith('data: ') || line === 'data: [DONE]') continue;
    process.stdout.write(JSON.parse(line.slice(6)).choices[0]?.delta?.content ?? '');
  }
}
