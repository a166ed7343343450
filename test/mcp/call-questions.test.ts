import { expect, it } from 'vitest';
import { callIsOver, tieQuestions } from '../../src/mcp/call-questions.ts';
import type { Answer, Question } from '../../src/mcp/elicitation.ts';

const question: Question = { server: 'a', message: 'Who?', fields: [] };

/** A person who answers nothing, and calls that end when they are told to. */
function create() {
  const asked: AbortSignal[] = [];
  const questions = tieQuestions((_, signal) => {
    asked.push(signal);
    return new Promise<Answer>((resolve) =>
      signal.addEventListener('abort', () => resolve({ action: 'cancel' })),
    );
  });
  const begin = () => {
    let end = { resolve: (_: string): void => {}, reject: (_: Error): void => {} };
    const call = new Promise<string>((resolve, reject) => {
      end = { resolve, reject };
    });
    return { ...end, whole: questions.during(() => call) };
  };
  const ask = (signal = new AbortController().signal) => questions.elicit?.(question, signal);
  return { asked, begin, ask };
}

it.each(['answered', 'failed', 'stopped'] as const)(
  'a question of a server ends with its call, which is %s',
  async (end) => {
    const { asked, begin, ask } = create();
    const call = begin();
    const answer = ask();
    expect(asked[0]?.aborted).toBe(false);
    if (end === 'answered') call.resolve('done');
    else call.reject(new Error(end));
    await call.whole.catch(() => {});
    expect(asked[0]?.reason).toBe(callIsOver);
    expect(await answer).toEqual({ action: 'cancel' });
  },
);

it('a question of a server stays as long as one of its calls is open', async () => {
  const { asked, begin, ask } = create();
  const [one, other] = [begin(), begin()];
  void ask();
  one.resolve('done');
  await one.whole;
  expect(asked[0]?.aborted).toBe(false);
  other.resolve('done');
  await other.whole;
  expect(asked[0]?.aborted).toBe(true);
});

it('a question that comes without a call does not end with one', async () => {
  const { asked, begin, ask } = create();
  void ask();
  const call = begin();
  call.resolve('done');
  await call.whole;
  expect(asked[0]?.aborted).toBe(false);
});

it('a question that the server takes back ends by itself', async () => {
  const { asked, begin, ask } = create();
  begin();
  const taken = new AbortController();
  void ask(taken.signal);
  taken.abort(new Error('taken back'));
  expect(asked[0]?.reason).toMatchObject({ message: 'taken back' });
});

it('of nobody there are no questions', () => {
  expect(tieQuestions(undefined).elicit).toBeUndefined();
});
