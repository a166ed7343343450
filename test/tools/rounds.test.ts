import { describe, expect, it } from 'vitest';
import { type ChatEvent, fullWindow } from '../../src/dialects/chat-event.ts';
import { CliError, ClosedPipeError, createTimeoutError, InterruptedError } from '../../src/errors.ts';
import { type RunEvent, type RunOptions, runRounds } from '../../src/tools/rounds.ts';
import { type Approve, type Outcome, type Tool, ToolError } from '../../src/tools/tool.ts';

const usage = (outputTokens: number, credits?: number) => ({
  type: 'usage' as const,
  usage: {
    inputTokens: 10,
    cachedInputTokens: undefined,
    cacheWriteTokens: undefined,
    outputTokens,
    reasoningTokens: undefined,
    credits,
  },
});

const call = (index: number, name: string, input: unknown = {}): ChatEvent => ({
  type: 'tool-call-delta',
  index,
  id: `call_${index}`,
  name,
  arguments: typeof input === 'string' ? input : JSON.stringify(input),
});

const calling = (...calls: ChatEvent[]): ChatEvent[] => [
  { type: 'start', id: 'a', model: 'm' },
  ...calls,
  usage(1),
  { type: 'finish', reason: 'tool-calls' },
];

const saying = (text: string): ChatEvent[] => [
  { type: 'start', id: 'b', model: 'm' },
  { type: 'text-delta', text },
  usage(2),
  { type: 'finish', reason: 'stop' },
];

type Log = string[];

/** A tool that logs when it begins and ends. It ends when `until` does. */
function createTool(
  name: string,
  log: Log,
  {
    effect = 'read' as Tool['effect'],
    until = (_signal: AbortSignal): Promise<unknown> => Promise.resolve(),
    outcome = { parts: [{ type: 'text', text: `${name} did it` }] } as Outcome,
  } = {},
): Tool {
  return {
    name,
    title: name,
    description: name,
    inputSchema: { type: 'object' },
    effect,
    async plan(input) {
      log.push(`plan ${name}`);
      if (input.bad) throw new ToolError('That is bad.');
      return {
        accesses: [],
        summary: `${name} ${JSON.stringify(input)}`,
        async run({ signal }) {
          log.push(`begin ${name}`);
          await until(signal);
          log.push(`end ${name}`);
          return outcome;
        },
      };
    },
  };
}

const allow: Approve = async () => ({ isAllowed: true });

type Journaled = { began: number[]; left?: number; ended: [number, string, boolean][] };

function createRun(
  answers: ChatEvent[][],
  tools: Tool[],
  options: Partial<RunOptions> = {},
): { run: AsyncGenerator<RunEvent>; journal: Journaled; asked: string[][] } {
  const journal: Journaled = { began: [], ended: [] };
  const asked: string[][] = [];
  const run = runRounds({
    async *ask(offered) {
      asked.push(offered.map(({ name }) => name));
      yield* answers[asked.length - 1] ?? saying('no more');
    },
    listTools: async () => tools,
    approve: allow,
    openJournal: () => ({
      began: (one) => journal.began.push(one),
      left(one) {
        journal.left = one;
      },
      ended: (one, { parts, isError = false }) =>
        journal.ended.push([one, parts[0]?.type === 'text' ? parts[0].text : '', isError]),
    }),
    maxRounds: 25,
    signal: new AbortController().signal,
    now: () => 0,
    ...options,
  });
  return { run, journal, asked };
}

async function gather(run: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

const types = (events: RunEvent[]): string[] => events.map(({ type }) => type);

describe('a run', () => {
  it('without calls is the reply as it came', async () => {
    const { run, asked } = createRun([saying('hello')], []);
    expect(await gather(run)).toEqual(saying('hello'));
    expect(asked).toEqual([[]]);
  });

  it.each([1, 2])('that is stopped before its tools of round %s are known ends at once', async (round) => {
    const stop = new AbortController();
    const looked = createTool('look', []);
    let lists = 0;
    const listTools = async (): Promise<Tool[]> => {
      lists += 1;
      if (lists < round) return [looked];
      stop.abort(new Error('Esc'));
      return new Promise(() => {});
    };
    const { run, asked, journal } = createRun([calling(call(0, 'look'))], [], {
      listTools,
      signal: stop.signal,
    });
    await expect(gather(run)).rejects.toThrow('Esc');
    expect(asked).toHaveLength(round - 1);
    expect(journal.ended).toHaveLength(round - 1);
  });

  it('tells no token in the failure of a tool', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const failing = (name: string, error: Error): Tool =>
      createTool(name, [], { until: () => Promise.reject(error) });
    const planning = {
      ...failing('plan', new Error()),
      plan: async () => Promise.reject(new ToolError(token)),
    };
    const { run, journal } = createRun(
      [calling(call(0, 'told'), call(1, 'odd'), call(2, 'plan'))],
      [failing('told', new ToolError(`refused: ${token}`)), failing('odd', new Error(token)), planning],
    );
    await gather(run);
    expect(journal.ended.map(([one, text]) => [one, text]).sort()).toEqual([
      [0, 'refused: [secret]'],
      [1, 'The tool failed: [secret]'],
      [2, '[secret]'],
    ]);
  });

  it('asks again with the results, and has one start and one finish', async () => {
    const log: Log = [];
    const { run, journal, asked } = createRun(
      [calling(call(0, 'look', { at: 1 })), saying('done')],
      [createTool('look', log)],
    );
    expect(types(await gather(run))).toEqual([
      'start',
      'tool-call-delta',
      'usage',
      'tool-began',
      'tool-ended',
      'text-delta',
      'usage',
      'finish',
    ]);
    expect(journal).toEqual({ began: [], ended: [[0, 'look did it', false]] });
    expect(asked).toHaveLength(2);
  });

  it('counts calls and thoughts over all rounds', async () => {
    const think: ChatEvent = { type: 'reasoning-delta', index: 0, text: 'Hm.' };
    const say: ChatEvent = { type: 'text-delta', text: 'Let me see.' };
    const { run } = createRun(
      [
        calling(think, say, call(0, 'look'), call(1, 'look')),
        calling(think, call(0, 'look')),
        saying('It is 7.'),
      ],
      [createTool('look', [])],
    );
    const events = await gather(run);
    const indexes = (type: RunEvent['type']): number[] =>
      events.flatMap((event) => (event.type === type && 'index' in event ? event.index : []));
    expect(indexes('tool-call-delta')).toEqual([0, 1, 2]);
    expect(indexes('tool-ended').sort()).toEqual([0, 1, 2]);
    expect(indexes('reasoning-delta')).toEqual([0, 1]);
  });

  it('joins the pieces of arguments, and takes the whole ones of the service in their place', async () => {
    const pieces: ChatEvent[] = [
      { type: 'tool-call-delta', index: 0, id: 'x', name: 'look', arguments: '{"a":' },
      { type: 'tool-call-delta', index: 0, id: undefined, name: undefined, arguments: '1}' },
      { type: 'tool-call-delta', index: 1, id: 'y', name: 'look', arguments: '{"a":' },
      { type: 'tool-call-delta', index: 1, id: undefined, name: undefined, arguments: '2', whole: '{"a":3}' },
    ];
    const { run } = createRun([calling(...pieces)], [createTool('look', [])]);
    const summaries = (await gather(run)).flatMap((event) =>
      event.type === 'tool-ended' ? event.summary : [],
    );
    expect(summaries).toEqual(['look {"a":1}', 'look {"a":3}']);
  });

  it.each([
    ['reaches its output limit', { reason: 'length' }, 'it stops at the output limit'],
    ['fills the window', { reason: 'length', detail: fullWindow }, 'the end of the context window'],
    ['is filtered', { reason: 'content-filter' }, 'the service ended it with "content-filter"'],
    ['has a wrong call', { reason: 'other', detail: 'malformed_function_call' }, 'malformed_function_call'],
    ['ends oddly', { reason: 'other', detail: 'weather' }, 'the service ended it with "weather"'],
  ] as const)('makes no call of an answer that %s, which is a failure', async (_, end, message) => {
    const log: Log = [];
    const answer = calling(call(0, 'look')).with(-1, { type: 'finish', ...end });
    const { run, journal } = createRun([answer], [createTool('look', log)]);
    await expect(gather(run)).rejects.toMatchObject({
      code: 'truncated',
      message: expect.stringContaining(message),
    });
    expect([log, journal.ended]).toEqual([[], []]);
  });

  it('makes the calls of a service that says stop', async () => {
    const answer = calling(call(0, 'look')).with(-1, { type: 'finish', reason: 'stop' });
    const { run, journal } = createRun([answer], [createTool('look', [])]);
    await gather(run);
    expect(journal.ended).toHaveLength(1);
  });

  it('is a failure if the model stops to call, and calls nothing', async () => {
    const answer = saying('I will look.').with(-1, { type: 'finish', reason: 'tool-calls' });
    const { run } = createRun([answer], [createTool('look', [])]);
    await expect(gather(run)).rejects.toMatchObject({ code: 'upstream' });
  });

  it.each([
    ['a tool that is not there', call(0, 'dream'), 'There is no tool dream.'],
    [
      'arguments that are no JSON',
      call(0, 'look', '{"a":'),
      'The arguments of this call are no JSON object.',
    ],
    ['arguments that are a list', call(0, 'look', '[1]'), 'The arguments of this call are no JSON object.'],
    ['input that makes no sense', call(0, 'look', { bad: true }), 'That is bad.'],
  ])('tells the model of %s, and goes on', async (_, wrong, text) => {
    const { run, journal, asked } = createRun([calling(wrong), saying('sorry')], [createTool('look', [])]);
    await gather(run);
    expect(journal.ended).toEqual([[0, text, true]]);
    expect(asked).toHaveLength(2);
  });

  it('tells the model of a tool that fails, and of one that says nothing', async () => {
    const fails = createTool('fails', [], { until: () => Promise.reject(new Error('disk on fire')) });
    const silent = createTool('silent', [], { outcome: { parts: [] } });
    const { run, journal } = createRun([calling(call(0, 'fails'), call(1, 'silent'))], [fails, silent]);
    await gather(run);
    expect(journal.ended).toEqual([
      [0, 'The tool failed: disk on fire', true],
      [1, '(no output)', false],
    ]);
  });

  it('hands on no token, wherever it stands in a result', async () => {
    const token = `ghu_${'0123456789abcdefghij0123456789abcdef'}`;
    const parts = [
      { type: 'text' as const, text: `${'x'.repeat(70_000)} ${token} end` },
      { type: 'text' as const, text: token },
    ];
    const tool = createTool('look', [], { outcome: { parts } });
    const { run } = createRun([calling(call(0, 'look'))], [tool]);
    const ended = (await gather(run)).find(({ type }) => type === 'tool-ended');
    expect(JSON.stringify(ended)).toContain('x [secret] end');
    expect(JSON.stringify(ended)).not.toContain('ghu_');
  });

  it('hands on no half of a token that the cut would split', async () => {
    const text = `${'y'.repeat(150_000)} ghu_${'0123456789abcdefghij0123456789abcdef'} ${'z'.repeat(99_980)}`;
    const tool = createTool('look', [], { outcome: { parts: [{ type: 'text', text }] } });
    const { run, journal } = createRun([calling(call(0, 'look'))], [tool]);
    await gather(run);
    expect(journal.ended[0]?.[1]).not.toMatch(/\d{4}[a-f]|[a-f]\d{4}|abcdef/);
    expect(journal.ended[0]?.[1]).toMatch(/^y+\n\[… \d+ characters are left out …\]/);
  });

  it('cuts an endless result in the middle', async () => {
    const text = `begin ${'x'.repeat(1_000_000)} end`;
    const tool = createTool('look', [], { outcome: { parts: [{ type: 'text', text }] } });
    const { run, journal } = createRun([calling(call(0, 'look'))], [tool]);
    await gather(run);
    const told = journal.ended[0]?.[1] ?? '';
    expect(told.length).toBeLessThan(201_000);
    expect(told).toMatch(/^begin x+\n\[… \d+ characters are left out …\]\nx+ end$/);
  });

  it.each(['planned', 'allowed'])('notes which call the run was stopped at before it is %s', async (when) => {
    const stop = new AbortController();
    const end = (): never => {
      stop.abort(new Error('stopped'));
      throw new Error('too late');
    };
    const look = createTool('look', []);
    const { run, journal } = createRun(
      [calling(call(0, 'nothing'), call(1, 'look'), call(2, 'look'))],
      [when === 'planned' ? { ...look, plan: async () => end() } : look],
      { approve: async () => end(), signal: stop.signal },
    );
    await expect(gather(run)).rejects.toThrow(when === 'planned' ? 'stopped' : 'too late');
    expect(journal).toMatchObject({ began: [], left: 1, ended: [[0, 'There is no tool nothing.', true]] });
  });

  it('tells the model why a call was refused, and others which rule would allow it', async () => {
    const log: Log = [];
    const { run, journal } = createRun(
      [calling(call(0, 'bash'))],
      [createTool('bash', log, { effect: 'execute' })],
      {
        approve: async () => ({ isAllowed: false, reason: 'Nobody said yes.', allow: 'shell(ls)' }),
      },
    );
    const events = await gather(run);
    expect(log).toEqual(['plan bash']);
    expect(journal).toEqual({ began: [], ended: [[0, 'Nobody said yes.', true]] });
    expect(events.find(({ type }) => type === 'tool-ended')).toMatchObject({
      state: 'refused',
      allow: 'shell(ls)',
    });
  });
});

describe('the order of calls', () => {
  /** A wait for so many others. */
  function createMeeting(count: number): () => Promise<void> {
    let come = 0;
    let open = (): void => {};
    const all = new Promise<void>((resolve) => {
      open = resolve;
    });
    return () => {
      come += 1;
      if (come === count) open();
      return all;
    };
  }

  it('is none for those that only read: they run at the same time', async () => {
    const meet = createMeeting(3);
    const tools = [createTool('look', [], { until: meet })];
    const { run, journal } = createRun([calling(call(0, 'look'), call(1, 'look'), call(2, 'look'))], tools);
    await gather(run);
    expect(journal.ended.map(([one]) => one).sort()).toEqual([0, 1, 2]);
  });

  it('is that of the answer around one that changes something, which is planned when its turn comes', async () => {
    const log: Log = [];
    const tools = [createTool('look', log), createTool('edit', log, { effect: 'write' })];
    const answer = calling(call(0, 'look'), call(1, 'edit'), call(2, 'edit'), call(3, 'look'));
    const { run, journal } = createRun([answer], tools);
    await gather(run);
    expect(log).toEqual(
      ['look', 'edit', 'edit', 'look'].flatMap((name) => [`plan ${name}`, `begin ${name}`, `end ${name}`]),
    );
    expect(journal.began).toEqual([1, 2]);
  });

  it('begins no more than eight at the same time', async () => {
    let running = 0;
    let most = 0;
    const until = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    const calls = Array.from({ length: 30 }, (_, index) => call(index, 'look'));
    const { run, journal } = createRun([calling(...calls)], [createTool('look', [], { until })]);
    await gather(run);
    expect([most, journal.ended.length]).toEqual([8, 30]);
  });
});

describe('a bound of a run', () => {
  it('is the number of rounds, and what was done until then is kept', async () => {
    const endless = Array.from({ length: 9 }, () => calling(call(0, 'look')));
    const { run, journal, asked } = createRun(endless, [createTool('look', [])], { maxRounds: 3 });
    await expect(gather(run)).rejects.toMatchObject({
      code: 'truncated',
      message: 'the model was stopped after 3 rounds of tool calls',
    });
    expect([asked.length, journal.ended.length]).toEqual([3, 3]);
  });

  it('is a signal, which ends what runs and begins nothing more', async () => {
    const controller = new AbortController();
    const log: Log = [];
    const forever = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const tools = [createTool('look', log, { until: forever }), createTool('edit', log, { effect: 'write' })];
    const { run, journal, asked } = createRun([calling(call(0, 'look'), call(1, 'edit'))], tools, {
      signal: controller.signal,
    });
    const events: RunEvent[] = [];
    const reading = (async () => {
      for await (const event of run) {
        events.push(event);
        if (event.type === 'tool-began') controller.abort(new Error('Esc'));
      }
    })();
    await expect(reading).rejects.toThrow('Esc');
    expect(log).toEqual(['plan look', 'begin look']);
    expect(journal.ended).toEqual([[0, expect.stringContaining('stopped this call'), true]]);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['the person presses Esc', new DOMException('This operation was aborted', 'AbortError'), 'The user'],
    ['the person presses Ctrl+C', new InterruptedError('SIGINT'), 'The user'],
    ['the program is ended', new InterruptedError('SIGTERM'), 'SIGTERM'],
    ['the terminal is closed', new InterruptedError('SIGHUP'), 'SIGHUP'],
    ['the time is over', createTimeoutError(5000), 'The time limit of the command'],
    ['the output has no reader', new ClosedPipeError('the reader has gone'), 'The end of the command'],
    ['the disk is full', new CliError('internal', 'cannot write: no space left'), 'The end of the command'],
  ])('has a record that says who stopped a call: %s', async (_, reason, who) => {
    const controller = new AbortController();
    const until = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { run, journal } = createRun([calling(call(0, 'look'))], [createTool('look', [], { until })], {
      signal: controller.signal,
    });
    const reading = (async () => {
      for await (const event of run) if (event.type === 'tool-began') controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    expect(journal.ended).toEqual([
      [0, `${who} stopped this call. It may have done a part of its work.`, true],
    ]);
  });

  it('is a reader who goes away: what runs is stopped', async () => {
    let isStopped = false;
    const until = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          isStopped = true;
          reject(signal.reason);
        }),
      );
    const { run, journal } = createRun([calling(call(0, 'look'))], [createTool('look', [], { until })]);
    for await (const event of run) if (event.type === 'tool-began') break;
    expect(isStopped).toBe(true);
    expect(journal.ended).toEqual([
      [0, 'The end of the command stopped this call. It may have done a part of its work.', true],
    ]);
  });
});

describe('a run that goes on', () => {
  it('makes the calls that were not made, and only then asks', async () => {
    const log: Log = [];
    const { run, journal, asked } = createRun([saying('done')], [createTool('look', log)], {
      pending: [{ call: 1, name: 'look', arguments: '{}' }],
    });
    expect(types(await gather(run))).toEqual([
      'tool-began',
      'tool-ended',
      'start',
      'text-delta',
      'usage',
      'finish',
    ]);
    expect(journal.ended).toEqual([[1, 'look did it', false]]);
    expect(asked).toHaveLength(1);
  });
});

it('a call of a server is kept as begun, whatever the server says of it', async () => {
  const tool = { ...createTool('every__look', []), server: { name: 'every', tool: 'look' } };
  const { run, journal } = createRun([calling(call(0, 'every__look')), saying('Done.')], [tool]);
  await gather(run);
  expect(journal.began).toEqual([0]);
});
