import type { Answer, AnswerFunction } from '../simulator/answer/answer.ts';

/** A model that gives these answers, one after the other, and the last one for ever. */
export function answerInTurn(...answers: readonly Answer[]): AnswerFunction {
  let count = 0;
  return () => answers[Math.min(count++, answers.length - 1)];
}

/** An answer that calls tools, each given by its name and its input. */
export function callTools(...calls: readonly (readonly [name: string, input: unknown])[]): Answer {
  return { toolCalls: calls.map(([name, input]) => ({ name, arguments: JSON.stringify(input) })) };
}
