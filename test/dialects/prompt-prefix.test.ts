import { expect, it } from 'vitest';
import { chatCompletions } from '../../src/dialects/chat-completions/dialect.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import { messages } from '../../src/dialects/messages/dialect.ts';
import { responses } from '../../src/dialects/responses/dialect.ts';
import { createRandom, type Random } from '../helpers/random.ts';
import { sonnet } from './messages/models.ts';

// A cache holds as long as the prompt of a round begins with that of the round before. Conversations grow at random here, in the forms of
// three callers, and are sent to Claude on both of its endpoints and to GPT.

type Fields = Record<string, unknown>;

/** What happens in a conversation, one after another. */
type Step =
  | { kind: 'user'; texts: string[]; hasImage: boolean }
  | { kind: 'system'; text: string }
  | { kind: 'answer'; text: string }
  | { kind: 'calls'; text: string; calls: { id: string; name: string; input: string }[] }
  | { kind: 'results'; results: { id: string; text: string; isFailed: boolean }[] };

const names = [
  'read',
  'mcp__a_very_long_server_name__and_a_tool_whose_name_is_longer_than_sixty_four',
  'a.b',
];
const mark = { cache_control: { type: 'ephemeral' } };
const png = 'iVBORw0KGgo=';

/** The conversation, and how many of its steps each round sends: rounds end before the model speaks. */
function createConversation(random: Random): { steps: Step[]; rounds: number[] } {
  const steps: Step[] = [];
  const rounds: number[] = [];
  const word = (): string => `${random.pick(['', '\n', 'x'])}${random.text(12)}y`;
  const instruct = (): void => {
    if (random.chance(0.3)) steps.push({ kind: 'system', text: random.chance(0.1) ? ' ' : word() });
  };
  for (let turn = 0; turn <= 2 + random.integer(3); turn++) {
    const texts = Array.from({ length: 1 + random.integer(1) }, word);
    steps.push({
      kind: 'user',
      texts: random.chance(0.1) ? ['', ...texts] : texts,
      hasImage: random.chance(0.2),
    });
    instruct();
    rounds.push(steps.length);
    for (let count = random.integer(3); count > 0; count--) {
      const calls = Array.from({ length: 1 + random.integer(2) }, (_, index) => ({
        // Some models give the same ids in every turn, and some give ids that Claude refuses.
        id: random.pick([`call_${index}`, `functions.read:${index}`, `c${random.integer(1e6)}_${index}`]),
        name: random.pick(names),
        input: random.pick(['{}', '{"a":1}', '']),
      }));
      steps.push({ kind: 'calls', text: random.pick(['', word()]), calls });
      const results = calls.map(({ id }) => ({
        id,
        text: random.pick(['', word()]),
        isFailed: random.chance(0.2),
      }));
      steps.push({ kind: 'results', results });
      instruct();
      rounds.push(steps.length);
    }
    steps.push({ kind: 'answer', text: word() });
    instruct();
  }
  return { steps, rounds };
}

/** Marks as opencode and Claude Code set them: on the last message of the round. */
const markLast = (list: Fields[], isMarked: boolean): Fields[] =>
  list.map((item, index) => (isMarked && index === list.length - 1 ? { ...item, ...mark } : item));

function toChatMessages(step: Step): Fields[] {
  switch (step.kind) {
    case 'user': {
      const texts = step.texts.map((text) => ({ type: 'text', text }));
      const url = `data:image/png;base64,${png}`;
      const image = step.hasImage ? [{ type: 'image_url', image_url: { url } }] : [];
      return [{ role: 'user', content: [...texts, ...image] }];
    }
    case 'system':
      return [{ role: 'system', content: step.text }];
    case 'answer':
      return [{ role: 'assistant', content: step.text }];
    case 'calls': {
      const tool_calls = step.calls.map(({ id, name, input }) => ({
        id,
        type: 'function',
        function: { name, arguments: input },
      }));
      return [{ role: 'assistant', content: step.text || null, tool_calls }];
    }
    case 'results':
      return step.results.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text }));
  }
}

function writeChat(steps: readonly Step[], isMarked: boolean): Fields {
  const list = steps.flatMap(toChatMessages);
  const tools = names.map((name) => ({
    type: 'function',
    function: { name, parameters: { type: 'object' } },
  }));
  return { messages: [{ role: 'system', content: 'Be brief.' }, ...markLast(list, isMarked)], tools };
}

function toItems(step: Step): Fields[] {
  switch (step.kind) {
    case 'user': {
      const texts = step.texts.map((text) => ({ type: 'input_text', text }));
      const image_url = `data:image/png;base64,${png}`;
      return [
        {
          role: 'user',
          content: [...texts, ...(step.hasImage ? [{ type: 'input_image', image_url }] : [])],
        },
      ];
    }
    case 'system':
      return [{ role: 'developer', content: step.text }];
    case 'answer':
      return [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: step.text }] }];
    case 'calls':
      return [
        ...(step.text ? [{ type: 'message', role: 'assistant', content: step.text }] : []),
        ...step.calls.map(({ id, name, input }) => ({
          type: 'function_call',
          call_id: id,
          name,
          arguments: input,
        })),
      ];
    case 'results':
      return step.results.map(({ id, text }) => ({
        type: 'function_call_output',
        call_id: id,
        output: text,
      }));
  }
}

function writeResponses(steps: readonly Step[], isMarked: boolean): Fields {
  const list = steps.flatMap(toItems);
  const tools = names.map((name) => ({ type: 'function', name, parameters: { type: 'object' } }));
  return { instructions: 'Be brief.', input: markLast(list, isMarked), tools };
}

function toMessage(step: Step): Fields {
  switch (step.kind) {
    case 'user': {
      const source = { type: 'base64', media_type: 'image/png', data: png };
      const texts = step.texts.filter((text) => text !== '').map((text) => ({ type: 'text', text }));
      return { role: 'user', content: [...texts, ...(step.hasImage ? [{ type: 'image', source }] : [])] };
    }
    case 'system':
      return { role: 'system', content: step.text };
    case 'answer':
      return { role: 'assistant', content: [{ type: 'text', text: step.text }] };
    case 'calls': {
      const uses = step.calls.map(({ id, name, input }) => ({
        type: 'tool_use',
        id,
        name,
        input: JSON.parse(input || '{}'),
      }));
      return {
        role: 'assistant',
        content: [...(step.text ? [{ type: 'text', text: step.text }] : []), ...uses],
      };
    }
    case 'results': {
      const content = step.results.map(({ id, text, isFailed }) => ({
        type: 'tool_result',
        tool_use_id: id,
        content: text || undefined,
        is_error: isFailed || undefined,
      }));
      return { role: 'user', content };
    }
  }
}

function writeAnthropic(steps: readonly Step[], isMarked: boolean): Fields {
  const list = steps.map(toMessage);
  const tools = names.map((name) => ({ name, input_schema: { type: 'object', properties: {} } }));
  return { system: 'Be brief.', max_tokens: 100, messages: markLast(list, isMarked), tools };
}

type Way = (dialect: Dialect, body: Fields) => Fields;

const translate =
  (target: Dialect, traits = sonnet): Way =>
  (dialect, body) => {
    const { request } = dialect.readRequest(body);
    const asked = { ...request, model: traits.id, autoCache: dialect.name !== 'messages' };
    return target.writeRequest(asked, traits).body;
  };
const native: Way = (dialect, body) => dialect.native.toBody({ body, betas: [], notices: [] })?.body ?? {};

const gpt = { ...sonnet, id: 'gpt-5.4' };
const callers = { 'chat-completions': chatCompletions, responses, messages };
const writers = { 'chat-completions': writeChat, responses: writeResponses, messages: writeAnthropic };

/** The prompt, as the model reads it: tools, instructions, and each block with the role of its message. */
function listPrompt({ tools, system, instructions, messages: turns, input }: Fields): string[] {
  const toBlocks = (item: Fields): unknown[] => {
    const content = typeof item.content === 'string' ? [{ type: 'text', text: item.content }] : item.content;
    return Array.isArray(content) ? content.map((block) => [item.role, block]) : [item];
  };
  const isTurn = system !== undefined;
  const list = (turns ?? input ?? []) as Fields[];
  const prompt = [tools, system, instructions, ...(isTurn ? list.flatMap(toBlocks) : list)];
  return prompt.map((part) =>
    JSON.stringify(part ?? null, (key, value) => (/cache_control$/.test(key) ? undefined : value)),
  );
}

function countMarks(body: Fields): number {
  return JSON.stringify(body).split('cache_control"').length - 1;
}

it.each<[caller: keyof typeof callers, model: string, way: Way]>([
  ['messages', 'Claude, natively', native],
  ['messages', 'Claude on /v1/messages', translate(messages)],
  ['messages', 'Claude on /chat/completions', translate(chatCompletions)],
  ['messages', 'GPT on /responses', translate(responses, gpt)],
  ['chat-completions', 'Claude on /v1/messages', translate(messages)],
  ['chat-completions', 'Claude on /chat/completions', translate(chatCompletions)],
  ['chat-completions', 'GPT on /responses', translate(responses, gpt)],
  ['chat-completions', 'GPT, natively', native],
  ['responses', 'Claude on /v1/messages', translate(messages)],
  ['responses', 'Claude on /chat/completions', translate(chatCompletions)],
  ['responses', 'GPT on /chat/completions', translate(chatCompletions, gpt)],
  ['responses', 'GPT, natively', native],
])('each round of a caller of %s begins with the round before: %s', (caller, _, way) => {
  for (let seed = 0; seed < 40; seed++) {
    const random = createRandom(seed);
    const { steps, rounds } = createConversation(random);
    const isMarked = random.chance(0.5);
    let before: string[] = [];
    for (const length of rounds) {
      const written = writers[caller](steps.slice(0, length), isMarked);
      const sent = way(callers[caller], { model: sonnet.id, ...JSON.parse(JSON.stringify(written)) });
      const prompt = listPrompt(sent);
      const lost = before.find((part, index) => part !== prompt[index]);
      expect(lost, `seed ${seed}, ${length} steps`).toBeUndefined();
      expect(countMarks(sent), `seed ${seed}, ${length} steps`).toBeLessThanOrEqual(4);
      before = prompt;
    }
  }
});
