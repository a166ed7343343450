import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestEnd } from './overlapping.ts';

export type OllamaRequest = {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
};

export type FakeOllama = {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  requests: OllamaRequest[];
  /** What a test changes, at any time. */
  state: {
    models: string[];
    /** As a version before 0.1.24: no `/v1/models`, and no `/v1/messages` before 0.14. */
    isOld: boolean;
    /** The key that a proxy before it demands. */
    key: string | undefined;
    thinking: string | undefined;
    /** Other servers have other names for it. */
    thinkingField: 'reasoning' | 'reasoning_content';
    text: string[];
    /** Answers everything with a redirect to here. */
    redirect: string | undefined;
    /** Its models call no tools. */
    refusesTools: boolean;
    /** Sends no answer, or the half of one. */
    silence: 'at once' | 'half-way' | undefined;
    /** Sent as an error with this status. */
    fault: { status: number; body: unknown; headers?: Record<string, string> } | undefined;
    /** Ends the stream with this error in it. */
    streamError: string | undefined;
  };
};

/**
 * Ollama's own wire, as its server answers on `/v1` and `/api` (0.13): chunks with `system_fingerprint` "fp_ollama" and thinking in
 * `reasoning`, usage only with `stream_options`, errors as `{error: {message, type, param, code}}` or `{error: text}`, an unknown model
 * as 404, tags with a version in `/api/tags`.
 */
export async function startFakeOllama(): Promise<FakeOllama> {
  const state: FakeOllama['state'] = {
    models: ['llama3.2:latest', 'qwen3:8b', 'nomic-embed-text:latest'],
    isOld: false,
    key: undefined,
    thinking: undefined,
    thinkingField: 'reasoning',
    text: ['Hello', ' from', ' Ollama.'],
    redirect: undefined,
    refusesTools: false,
    silence: undefined,
    fault: undefined,
    streamError: undefined,
  };
  const requests: OllamaRequest[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (bytes: Buffer) => pieces.push(bytes));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString('utf8');
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      const { method = '', url: path = '', headers } = request;
      requests.push({ method, path, headers, body });
      answer({ method, path, headers, body }, response, state);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, state };
}

function answer(
  { method, path, headers, body }: OllamaRequest,
  response: ServerResponse,
  state: FakeOllama['state'],
): ServerResponse {
  const send = (status: number, value: unknown, extra: Record<string, string> = {}): ServerResponse => {
    response.writeHead(status, { 'content-type': 'application/json', ...extra });
    return response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };
  if (state.silence === 'at once') return response;
  if (state.redirect !== undefined) return send(307, '', { location: state.redirect + path });
  if (state.key !== undefined && headers.authorization !== `Bearer ${state.key}`)
    return send(401, { error: { message: 'unauthorized', type: 'authentication_error' } });
  if (state.silence === 'half-way') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"data": [');
    return response;
  }
  if (state.fault) return send(state.fault.status, state.fault.body, state.fault.headers);
  const route = `${method} ${path}`;
  if (route === 'GET /api/tags') return send(200, { models: state.models.map(toTag) });
  if (route === 'GET /v1/models' && !state.isOld)
    return send(200, { object: 'list', data: state.models.map(toListed) });
  const model = state.models.find((name) => name === body.model || name === `${body.model}:latest`);
  const isKnown = ['POST /v1/chat/completions', 'POST /v1/messages', 'POST /v1/embeddings'].includes(route);
  if (!isKnown || (state.isOld && path === '/v1/messages')) return send(404, '404 page not found');
  if (state.refusesTools && body.tools !== undefined)
    return send(400, {
      error: {
        message: `registry.ollama.ai/library/${model} does not support tools`,
        type: 'invalid_request_error',
        param: null,
        code: null,
      },
    });
  if (model === undefined)
    return send(404, {
      error: {
        message: `model "${body.model}" not found, try pulling it first`,
        type: 'api_error',
        param: null,
        code: null,
      },
    });
  if (path === '/v1/embeddings')
    return send(200, {
      object: 'list',
      data: [body.input].flat().map((_, index) => ({ object: 'embedding', index, embedding: [0.5, -0.5] })),
      model,
      usage: { prompt_tokens: 3, total_tokens: 3 },
    });
  return path === '/v1/messages'
    ? sendMessage(response, body, model, state)
    : sendCompletion(response, body, model, state);
}

function toTag(name: string): object {
  return {
    name,
    model: name,
    modified_at: '2026-01-01T00:00:00Z',
    size: 1,
    details: { format: 'gguf', family: 'llama', parameter_size: '3B', quantization_level: 'Q4_K_M' },
  };
}

function toListed(id: string): object {
  return { id, object: 'model', created: 1_767_225_600, owned_by: 'library' };
}

const usage = { prompt_tokens: 26, completion_tokens: 5, total_tokens: 31 };

function sendCompletion(
  response: ServerResponse,
  body: Record<string, unknown>,
  model: string,
  { thinking, thinkingField, text, streamError }: FakeOllama['state'],
): ServerResponse {
  const head = { id: 'chatcmpl-42', created: 1_767_225_600, model, system_fingerprint: 'fp_ollama' };
  if (body.stream !== true) {
    const message = {
      role: 'assistant',
      content: text.join(''),
      ...(thinking && { [thinkingField]: thinking }),
    };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const write = (fields: object): void =>
    void response.write(
      `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...fields })}\n\n`,
    );
  const say = (delta: object, finish_reason: string | null = null): void =>
    write({ choices: [{ index: 0, delta: { role: 'assistant', content: '', ...delta }, finish_reason }] });
  if (thinking !== undefined) say({ [thinkingField]: thinking });
  for (const content of text) say({ content });
  if (streamError !== undefined) {
    return response.end(
      `data: ${JSON.stringify({ error: { message: streamError, type: 'api_error' } })}\n\n`,
    );
  }
  say({}, 'stop');
  const { include_usage } = (body.stream_options ?? {}) as { include_usage?: boolean };
  if (include_usage) write({ choices: [], usage });
  return response.end('data: [DONE]\n\n');
}

/** The Messages API, as Ollama has it for Claude Code. */
function sendMessage(
  response: ServerResponse,
  body: Record<string, unknown>,
  model: string,
  { text }: FakeOllama['state'],
): ServerResponse {
  const message = { id: 'msg_42', type: 'message', role: 'assistant', model, stop_sequence: null };
  if (body.stream !== true) {
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(
      JSON.stringify({
        ...message,
        content: [{ type: 'text', text: text.join('') }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 26, output_tokens: 5 },
      }),
    );
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const write = (type: string, fields: object): void =>
    void response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  const counts = { input_tokens: 26, output_tokens: 0 };
  write('message_start', { message: { ...message, content: [], stop_reason: null, usage: counts } });
  write('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  for (const piece of text)
    write('content_block_delta', { index: 0, delta: { type: 'text_delta', text: piece } });
  write('content_block_stop', { index: 0 });
  write('message_delta', {
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { input_tokens: 26, output_tokens: 5 },
  });
  write('message_stop', {});
  return response.end();
}
