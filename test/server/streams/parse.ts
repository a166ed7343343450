import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { DialectName } from '../../../src/dialects/chat-request.ts';

/** What a reply says, in whatever dialect. */
export type Said = {
  text: string;
  thinking: string;
  seal: string;
  calls: { id: string; name: string; input: unknown }[];
  stop: string | null | undefined;
  inputTokens: number | undefined;
  outputTokens: number | undefined;
};

export type Clients = { openai: OpenAI; anthropic: Anthropic };
type Options = { signal?: AbortSignal };
type Body = Record<string, unknown>;

/** Packages that take whatever they ask for from this text. */
export function createOffline(stream: string): Clients {
  const fetch = async (): Promise<Response> =>
    new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  return {
    openai: new OpenAI({ apiKey: 'any', baseURL: 'http://offline', maxRetries: 0, fetch }),
    anthropic: new Anthropic({ apiKey: 'any', baseURL: 'http://offline', maxRetries: 0, fetch }),
  };
}

/** A stream as the package of its dialect puts it together. */
export const parseStream: Record<
  DialectName,
  (clients: Clients, body: Body, options?: Options) => Promise<Said>
> = {
  async 'chat-completions'({ openai }, body, options) {
    const stream = openai.chat.completions.stream(
      {
        stream_options: { include_usage: true },
        ...body,
      } as unknown as OpenAI.ChatCompletionCreateParamsStreaming,
      options,
    );
    let [thinking, seal] = ['', ''];
    stream.on('chunk', ({ choices }) => {
      const { reasoning_text, reasoning_opaque } = (choices[0]?.delta ?? {}) as Thinking;
      thinking += reasoning_text ?? '';
      seal += reasoning_opaque ?? '';
    });
    return { ...readCompletion(await stream.finalChatCompletion()), thinking, seal };
  },
  async responses({ openai }, body, options) {
    const stream = openai.responses.stream(body as never, options);
    let deltas = '';
    stream.on('response.output_text.delta', ({ delta }) => {
      deltas += delta;
    });
    const said = readResponse(await stream.finalResponse());
    if (said.text !== deltas) throw new Error(`the deltas say ${deltas}, the response ${said.text}`);
    return said;
  },
  messages: async ({ anthropic }, body, options) =>
    readMessage(await anthropic.messages.stream(body as never, options).finalMessage()),
};

/** A reply in one piece. */
export const parseWhole: Record<DialectName, (clients: Clients, body: Body) => Promise<Said>> = {
  'chat-completions': async ({ openai }, body) =>
    readCompletion((await openai.chat.completions.create(body as never)) as OpenAI.ChatCompletion),
  responses: async ({ openai }, body) =>
    readResponse((await openai.responses.create(body as never)) as OpenAI.Responses.Response),
  messages: async ({ anthropic }, body) =>
    readMessage((await anthropic.messages.create(body as never)) as Anthropic.Message),
};

type Thinking = { reasoning_text?: string; reasoning_opaque?: string };

function readCompletion({ choices: [choice], usage }: OpenAI.ChatCompletion): Said {
  const message = choice?.message;
  const { reasoning_text = '', reasoning_opaque = '' } = (message ?? {}) as Thinking;
  const calls = (message?.tool_calls ?? []).filter((call) => call.type === 'function');
  return {
    text: message?.content ?? '',
    thinking: reasoning_text,
    seal: reasoning_opaque,
    calls: calls.map(({ id, function: { name, arguments: text } }) => ({
      id,
      name,
      input: JSON.parse(text),
    })),
    stop: choice?.finish_reason,
    inputTokens: usage?.prompt_tokens,
    outputTokens: usage?.completion_tokens,
  };
}

function readResponse(response: OpenAI.Responses.Response): Said {
  const thoughts = response.output.filter((item) => item.type === 'reasoning');
  const calls = response.output.filter((item) => item.type === 'function_call');
  if (response.status === 'failed' || response.status === 'in_progress') throw new Error(response.status);
  return {
    text: response.output_text,
    thinking: thoughts.flatMap(({ summary }) => summary.map(({ text }) => text)).join(''),
    seal: thoughts.map(({ encrypted_content }) => encrypted_content ?? '').join(''),
    calls: calls.map(({ call_id, name, arguments: text }) => ({
      id: call_id,
      name,
      input: JSON.parse(text || '{}'),
    })),
    stop: response.incomplete_details?.reason ?? response.status,
    inputTokens: response.usage?.input_tokens,
    outputTokens: response.usage?.output_tokens,
  };
}

function readMessage({ content, stop_reason, usage }: Anthropic.Message): Said {
  const thoughts = content.filter((block) => block.type === 'thinking');
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    thinking: thoughts.map(({ thinking }) => thinking).join(''),
    seal: thoughts.map(({ signature }) => signature).join(''),
    calls: content
      .filter((block) => block.type === 'tool_use')
      .map(({ id, name, input }) => ({ id, name, input })),
    stop: stop_reason,
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
  };
}
