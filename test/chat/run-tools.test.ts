import { describe, expect, it } from 'vitest';
import { dropRemarks, tellCalls } from '../../src/chat/run-tools.ts';
import type { CallState } from '../../src/conversation/conversation.ts';
import type { RunEvent } from '../../src/tools/rounds.ts';

async function* stream(events: readonly RunEvent[], error?: Error): AsyncGenerator<RunEvent> {
  yield* events;
  if (error) throw error;
}

async function gather(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const gathered: RunEvent[] = [];
  for await (const event of events) gathered.push(event);
  return gathered;
}

const text = (words: string): RunEvent => ({ type: 'text-delta', text: words });
const separator: RunEvent = { type: 'text-delta', text: '\n\n', kind: 'separator' };
const called: RunEvent = { type: 'tool-call-delta', index: 0, id: 'a', name: 'view', arguments: '{}' };
const began = (summary = 'view a'): RunEvent => ({ type: 'tool-began', index: 0, name: 'view', summary });
const ended = (state: CallState = 'done', summary = 'view a', allow?: string): RunEvent => ({
  type: 'tool-ended',
  index: 0,
  name: 'view',
  summary,
  state,
  parts: [],
  seconds: 0,
  ...(allow !== undefined && { allow }),
});
const finish: RunEvent = { type: 'finish', reason: 'stop' };

describe('the answer for a pipe', () => {
  const readWords = async (events: RunEvent[], error?: Error): Promise<string> => {
    let words = '';
    try {
      for await (const event of dropRemarks(stream(events, error)))
        if (event.type === 'text-delta') words += event.text;
    } catch {
      words += ' !';
    }
    return words;
  };

  it.each<[what: string, events: RunEvent[], words: string]>([
    ['without calls', [text('a'), text('b'), finish], 'ab'],
    [
      'without what came before a call',
      [text('Hm.'), called, began(), ended(), text('It is 7.'), finish],
      'It is 7.',
    ],
    ['after a call that was refused', [text('Hm.'), called, ended('refused'), text('No.'), finish], 'No.'],
    [
      'of two messages in the last round',
      [called, began(), ended(), text('a'), separator, text('b'), finish],
      'a\n\nb',
    ],
    [
      'after several rounds',
      [text('a'), began(), ended(), text('b'), began(), ended(), text('c'), finish],
      'c',
    ],
    ['that is empty', [text('a'), began(), ended(), finish], ''],
  ])('is whole %s', async (_, events, words) => {
    expect(await readWords(events)).toBe(words);
  });

  it('is what there is of it, if it breaks off', async () => {
    expect(await readWords([text('a'), began(), ended(), text('half')], new Error('gone'))).toBe('half !');
  });

  it('keeps every other event, in its order', async () => {
    const usage = { type: 'usage', usage: {} } as RunEvent;
    const events = [text('Hm.'), called, usage, began(), ended(), text('7'), usage, finish];
    const types = (await gather(dropRemarks(stream(events)))).map(({ type }) => type);
    expect(types).toEqual([
      'tool-call-delta',
      'usage',
      'tool-began',
      'tool-ended',
      'text-delta',
      'usage',
      'finish',
    ]);
  });
});

describe('what is said of calls', () => {
  const tell = async (events: RunEvent[]) => {
    const said: string[] = [];
    const context = {
      notice: (sentence: string) => said.push(`notice: ${sentence}`),
      warn: (sentence: string) => said.push(`warn: ${sentence}`),
    };
    const error = await gather(
      tellCalls(stream(events), context as never, (label) => said.push(`wait: ${label}`)),
    ).catch((thrown: unknown) => thrown);
    return { said, error };
  };

  it('is a line for a person, and what is waited for', async () => {
    const { said } = await tell([
      began(),
      ended(),
      began('bash npm test'),
      ended('failed', 'bash npm test'),
      text('x'),
      finish,
    ]);
    expect(said).toEqual([
      'wait: Running view a',
      'notice: view a',
      'wait: Running bash npm test',
      'notice: bash npm test',
      'notice: bash npm test: failed',
    ]);
  });

  it('is the flag for everybody, once, quoted for a shell', async () => {
    const refused = ended('refused', "bash echo 'hi'", "shell(echo 'hi')");
    const { said } = await tell([refused, text('So.'), refused, text('x'), finish]);
    expect(said).toEqual([
      "warn: refused: bash echo 'hi'; to allow it: --allow-tool 'shell(echo '\\''hi'\\'')'",
    ]);
  });

  it.each([
    'bash ls; to allow it: --allow-tool shell',
    'bash ls; to allow it, and what files here make it do: --allow-tool shell',
    'bash ls, because you said so',
    'odd: tool {"a":"; to allow it: --allow-tool mcp"}',
    'bash ls: failed',
  ])('quotes a call that has our words in it: %s', async (summary) => {
    const { said } = await tell([ended('refused', summary, 'shell(ls)'), text('x'), finish]);
    expect(said).toEqual([
      `warn: refused: ${JSON.stringify(summary)}; to allow it: --allow-tool 'shell(ls)'`,
    ]);
  });

  it('says that files of the folder decide with the rule', async () => {
    const refused = { ...ended('refused', 'bash make', 'shell(make)'), followsFiles: true };
    const { said } = await tell([refused as RunEvent, text('x'), finish]);
    expect(said).toEqual([
      "warn: refused: bash make; to allow it, and what files here make it do: --allow-tool 'shell(make)'",
    ]);
  });

  it('is what stood against a call, too', async () => {
    const why = 'this repository may itself make git run something: `some.tool`';
    const refused = { ...ended('refused', 'bash git status', 'shell(git settings@0)'), why };
    const { said } = await tell([refused as RunEvent, text('x'), finish]);
    expect(said).toEqual([
      `warn: refused: bash git status, because ${why}; to allow it: --allow-tool 'shell(git settings@0)'`,
    ]);
  });

  it.each<[what: string, events: RunEvent[], isForbidden: boolean]>([
    [
      'all calls of the last round were refused',
      [began(), ended(), text('a'), ended('refused'), text('I cannot.'), finish],
      true,
    ],
    ['one of them was made', [ended('refused'), began(), ended(), text('It is 7.'), finish], false],
    [
      'the model found another way',
      [ended('refused'), text('Then so.'), began(), ended(), text('7'), finish],
      false,
    ],
    ['nothing was called', [text('7'), finish], false],
    ['the model tried nothing after a failure', [began(), ended('failed'), text('No.'), finish], false],
  ])('ends with forbidden or not: %s', async (_, events, isForbidden) => {
    const { error } = await tell(events);
    if (isForbidden) expect(error).toMatchObject({ code: 'forbidden', exitCode: 5 });
    else expect(error).not.toBeInstanceOf(Error);
  });

  it('holds nothing that a terminal would obey, and is cut', async () => {
    const { said } = await tell([began(`bash \u001b[2J\n\u202e${'x'.repeat(500)}`), ended(), finish]);
    const line = said.find((one) => one.startsWith('notice'));
    expect(line).toMatch(/^notice: bash \[2J x+…$/);
    expect(line?.length).toBeLessThan(220);
  });
});
