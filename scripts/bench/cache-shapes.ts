import { endpoints } from './recording-server.ts';

// Requests of agents as they were recorded in front of the server: the same fields, roles, marks and lengths, with texts of our own.

type Fields = Record<string, unknown>;

export type CacheShape = {
  title: string;
  /** Of the API that the agent calls. */
  path: string;
  headers: Record<string, string>;
  /** The body of a round, the first one being 1. Each round but the first has one more call of a tool and its result. */
  toBody(round: number): Fields;
};

const mark = { cache_control: { type: 'ephemeral' } };
const resultLength = 1500;

/** Words of that many characters, which differ between names. */
function write(name: string, length: number): string {
  return `${name}: ${'look at the code and say what it does. '.repeat(Math.ceil(length / 39))}`.slice(
    0,
    length,
  );
}

const text = (name: string, length: number) => ({ type: 'text', text: write(name, length) });

const schema = { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] };

function listTools<T>(lengths: readonly number[], toTool: (name: string, description: string) => T): T[] {
  return lengths.map((length, index) =>
    toTool(index === 0 ? 'bash' : `tool_${index}`, write(`${index}`, length)),
  );
}

/** The rounds before this one, with whether it is the last of them. */
const listRounds = (round: number) =>
  Array.from({ length: round - 1 }, (_, index) => ({
    id: `call_${index}`,
    command: `echo ${index}`,
    result: write(`result ${index}`, resultLength),
    left: `<total_tokens>${15_000_000 - 2000 * index} tokens left</total_tokens>`,
    isLast: index === round - 2,
  }));

/** Reminders at the start and in the results, a mark on the last block. */
function toSonnetBody(round: number): Fields {
  const asked = { type: 'text', text: 'Find the bug.', ...(round === 1 && mark) };
  const reminders = [791, 167, 443, 1880, 6312].map((length) => ({
    type: 'text',
    text: `<system-reminder>\n${write('Environment', length)}\n</system-reminder>`,
  }));
  const turns = listRounds(round).flatMap(({ id, command, result, left, isLast }) => [
    { role: 'assistant', content: [toUse(id, command)] },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: id,
          content: `${result}\n\n<system-reminder>\n${left}\n</system-reminder>`,
          ...(isLast && mark),
        },
      ],
    },
  ]);
  return toClaudeCodeBody('claude-sonnet-4.6', 28_245, [
    { role: 'user', content: [...reminders, asked] },
    ...turns,
  ]);
}

/** The environment and what is left of the tokens in system messages, the last of which has the mark. */
function toOpusBody(round: number): Fields {
  const toSystem = (words: string, isLast: boolean) => ({
    role: 'system',
    content: isLast ? [{ type: 'text', text: words, ...mark }] : words,
  });
  const turns = listRounds(round).flatMap(({ id, command, result, left, isLast }) => [
    { role: 'assistant', content: [toUse(id, command)] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: result }] },
    toSystem(left, isLast),
  ]);
  return toClaudeCodeBody('claude-opus-5', 10_182, [
    { role: 'user', content: [{ type: 'text', text: 'Find the bug.' }] },
    toSystem(write('Environment', 9104), round === 1),
    ...turns,
  ]);
}

const toUse = (id: string, command: string) => ({ type: 'tool_use', id, name: 'bash', input: { command } });

function toClaudeCodeBody(model: string, systemLength: number, messages: Fields[]): Fields {
  return {
    model,
    max_tokens: 32_000,
    system: [
      {
        type: 'text',
        text: `x-anthropic-billing-header: cc_version=2.1.332.${messages.length}; cc_entrypoint=cli;`,
      },
      { ...text('You are Claude Code', 62), ...mark },
      { ...text('Rules', systemLength), ...mark },
    ],
    tools: listTools([5372, 3965, 1006, 2020, 1975, 2533, 5017, 1846, 1475, 5806], (name, description) => ({
      name,
      description,
      input_schema: schema,
    })),
    messages,
  };
}

/** Marks on messages: on the instructions and on the last two. */
function toOpencodeBody(model: string, isMarking: boolean, round: number): Fields {
  const turns = listRounds(round).flatMap(({ id, command, result }): Fields[] => [
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id, type: 'function', function: { name: 'bash', arguments: JSON.stringify({ command }) } },
      ],
    },
    { role: 'tool', tool_call_id: id, content: result },
  ]);
  const messages: Fields[] = [
    { role: 'system', content: write('Rules', 9240) },
    { role: 'user', content: 'Find the bug.' },
    ...turns,
  ];
  const isMarked = (index: number): boolean => isMarking && (index === 0 || index >= messages.length - 2);
  return {
    model,
    max_tokens: 32_000,
    messages: messages.map((message, index) => (isMarked(index) ? { ...message, ...mark } : message)),
    tools: listTools([5310, 1994, 1138, 1212, 1771, 695, 3897, 2728, 1328, 1051], (name, description) => ({
      type: 'function',
      function: { name, description, parameters: schema },
    })),
    tool_choice: 'auto',
  };
}

/** No marks at all; instructions of the developer before the environment. */
function toCodexBody(model: string, round: number): Fields {
  const says = (role: string, ...words: string[]) => ({
    type: 'message',
    role,
    content: words.map((one) => ({ type: 'input_text', text: one })),
  });
  const items = listRounds(round).flatMap(({ id, command, result }) => [
    { type: 'function_call', name: 'bash', arguments: JSON.stringify({ command }), call_id: id },
    { type: 'function_call_output', call_id: id, output: result },
  ]);
  return {
    model,
    input: [
      says('developer', write('Rules', 16_979)),
      says('developer', write('Skills', 2116), write('Permissions', 362)),
      says('user', `<environment_context>${write('Folder', 349)}</environment_context>`),
      says('user', 'Find the bug.'),
      ...items,
    ],
    tools: listTools([1600, 819, 1425, 391, 11_111, 297, 785, 2196], (name, description) => ({
      type: 'function',
      name,
      description,
      parameters: schema,
      strict: false,
    })),
    tool_choice: 'auto',
    parallel_tool_calls: true,
    store: false,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: 'a-conversation',
  };
}

const claudeCode = {
  path: endpoints.messages,
  headers: { 'user-agent': 'claude-cli/2.1.332 (external, cli)' },
};
const opencode = {
  path: `/v1${endpoints['chat-completions']}`,
  headers: { 'user-agent': 'opencode/1.18.33' },
};
const codex = { path: `/v1${endpoints.responses}`, headers: { 'user-agent': 'codex_cli_rs/0.171.0' } };

export const cacheShapes: CacheShape[] = [
  { title: 'Claude Code, claude-sonnet-4.6', ...claudeCode, toBody: toSonnetBody },
  { title: 'Claude Code, claude-opus-5', ...claudeCode, toBody: toOpusBody },
  {
    title: 'opencode, claude-sonnet-4.6',
    ...opencode,
    toBody: (round) => toOpencodeBody('claude-sonnet-4.6', true, round),
  },
  { title: 'opencode, gpt-5.4', ...opencode, toBody: (round) => toOpencodeBody('gpt-5.4', false, round) },
  { title: 'Codex, claude-sonnet-4.6', ...codex, toBody: (round) => toCodexBody('claude-sonnet-4.6', round) },
  { title: 'Codex, claude-opus-5', ...codex, toBody: (round) => toCodexBody('claude-opus-5', round) },
  { title: 'Codex, gpt-5.4', ...codex, toBody: (round) => toCodexBody('gpt-5.4', round) },
];
