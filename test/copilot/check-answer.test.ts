import { describe, expect, it } from 'vitest';
import { checkAnswer } from '../../src/copilot/check-answer.ts';
import type { ChatEvent, FinishReason } from '../../src/dialects/chat-event.ts';

const say = (text: string): ChatEvent => ({ type: 'text-delta', text });
const think: ChatEvent = { type: 'reasoning-delta', index: 0, text: 'Hmm.' };
const call: ChatEvent = { type: 'tool-call-delta', index: 0, id: 'c', name: 'read', arguments: '{}' };
const end = (reason: FinishReason, detail?: string): ChatEvent => ({
  type: 'finish',
  reason,
  ...(detail !== undefined && { detail }),
});

async function check(events: ChatEvent[], { runsTools = false } = {}) {
  async function* batches(): AsyncGenerator<ChatEvent[]> {
    for (const event of events) yield [event];
  }
  const passed: ChatEvent[] = [];
  const notices: string[] = [];
  const onNotice = (sentence: string): void => void notices.push(sentence);
  try {
    for await (const batch of checkAnswer(batches(), { runsTools, onNotice })) passed.push(...batch);
    return { passed, notices, error: undefined };
  } catch (error) {
    return { passed, notices, error };
  }
}

describe('an answer', () => {
  it.each<[string, ChatEvent[], boolean?]>([
    ['of words', [say('Hi.'), end('stop')]],
    [
      'of words behind thinking as text',
      [say(`\n<think>${'Hm. '.repeat(100)}`), say('</think>Hi.'), end('stop')],
    ],
    ['of words about a mark of thinking', [say('The mark <think> begins it.'), end('stop')]],
    ['of words about the other mark', [say('It ends with '), say('</think>'), end('stop')]],
    [
      'of words behind several thoughts',
      [say('<think>a</think>'), say('<think>b</think>'), say('Hi.'), end('stop')],
    ],
    [
      'of words behind thinking that the prompt began',
      [say('Hm. '.repeat(100)), say('</think>'), say('Hi.'), end('stop')],
    ],
    ['of an entity', [say('&nbsp;'), end('stop')]],
    ['of a comment', [say('<!-- x -->'), end('stop')]],
    ['that was cut after some words', [say('Hi.'), end('length')]],
    ['of calls that the caller runs', [call, end('tool-calls')], true],
    ['of calls that were cut, for a caller that runs them', [call, end('length')], true],
  ])('%s is one', async (_, events, runsTools) => {
    expect(await check(events, { runsTools: runsTools ?? false })).toEqual({
      passed: events,
      notices: [],
      error: undefined,
    });
  });

  it('of words that ended for a call, without one, is told if nobody runs calls, and fails otherwise', async () => {
    const events = [say('Hi.'), end('tool-calls')];
    expect(await check(events, { runsTools: false })).toEqual({
      passed: events,
      notices: ['The model ended the answer to call a tool, and called none; it may not be complete.'],
      error: undefined,
    });
    expect(await check(events, { runsTools: true })).toMatchObject({
      passed: events,
      error: { code: 'upstream', exitCode: 1, message: expect.stringContaining('called none') },
    });
  });

  it('of words without a reason for the end is cut', async () => {
    const events = [say('Hi.'), end('other')];
    expect(await check(events, { runsTools: false })).toMatchObject({
      passed: events,
      notices: [],
      error: { code: 'truncated', exitCode: 12 },
    });
  });

  it.each<[string, ChatEvent[], object, boolean?]>([
    ['that is a refusal', [say('No.'), end('refusal')], { exitCode: 10, message: /refused/ }],
    ['that the filter cut', [say('Half'), end('content-filter')], { exitCode: 10, message: /let the rest/ }],
    [
      'that the filter kept back',
      [end('content-filter', 'recitation')],
      { exitCode: 10, message: /kept it back \(recitation\)/ },
    ],
    ['of nothing', [end('stop')], { exitCode: 1, message: /said nothing/ }],
    ['of nothing, with tools', [end('tool-calls')], { exitCode: 1, message: /called none/ }, true],
    ['of what nobody sees', [say('\u200b\ufeff'), end('stop')], { exitCode: 1, message: /said nothing/ }],
    ['of white space', [say(' \n'), end('stop')], { exitCode: 1, message: /said nothing/ }],
    [
      'of thinking as text that does not end',
      [say(`\n<think>${'Hm. '.repeat(100)}`), say('Hm.'), end('stop')],
      { exitCode: 1, message: /thought, and then said nothing/ },
    ],
    [
      'of several thoughts as text',
      [say('<think>a</think>\n<thi'), say('nk>b</th'), say('ink>\n'), end('stop')],
      { exitCode: 1, message: /thought, and then said nothing/ },
    ],
    [
      'of thinking between the marks that a prompt asked for',
      [say('<thinking>h'), say('m</think'), say('ing>'), end('stop')],
      { exitCode: 1, message: /thought, and then said nothing/ },
    ],
    [
      'of thinking as text that the prompt began',
      [say('Hm. '.repeat(100)), say('Hm.\n</thi'), say('nk>'), end('stop')],
      { exitCode: 1, message: /thought, and then said nothing/ },
    ],
    [
      'that was cut behind such thinking',
      [say('Hm.</think>'), end('length')],
      { exitCode: 12, message: /by thinking/ },
    ],
    ['of thinking alone', [think, end('stop')], { exitCode: 1, message: /thought, and then said nothing/ }],
    ['of a broken call', [end('other', 'malformed_function_call')], { exitCode: 1, message: /tool.*wrong/ }],
    ['that ended oddly', [end('other', 'pause_turn')], { exitCode: 1, message: /"pause_turn"/ }],
    [
      'of calls that nobody runs',
      [call, end('tool-calls')],
      { exitCode: 1, message: /the tool read, which/ },
    ],
    ['that was cut in its thinking', [think, end('length')], { exitCode: 12, message: /by thinking/ }],
    [
      'that was cut before its first word',
      [end('length')],
      { exitCode: 12, message: /before the first word/ },
    ],
  ])(
    '%s is none',
    async (_, events, { exitCode, message }: { exitCode?: number; message?: RegExp }, runsTools) => {
      const { passed, error } = await check(events, { runsTools: runsTools ?? false });
      expect(passed).toEqual(events);
      expect(error).toMatchObject({
        exitCode,
        message: expect.stringMatching(message ?? ''),
        details: { finish_reason: expect.any(String) },
      });
    },
  );

  it('of words beside a call that nobody runs is one, and the call is told', async () => {
    const { error, notices } = await check([say('Let me look.'), call, end('tool-calls')]);
    expect(error).toBeUndefined();
    expect(notices).toEqual(['The model called the tool read, which nobody runs here.']);
  });

  it('of words that ended oddly is one, and the end is told', async () => {
    const { error, notices } = await check([say('Half'), end('other', 'brand_new')]);
    expect(error).toBeUndefined();
    expect(notices).toEqual([expect.stringContaining('"brand_new"; it may not be complete')]);
  });
});
