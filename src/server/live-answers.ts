import type { LiveAnswer, Services } from './services.ts';

/** What is being answered now. */
export function createLiveAnswers(): Services['live'] {
  const answers = new Map<string, LiveAnswer>();
  return {
    begin(answer) {
      answers.set(answer.id, { ...answer, state: 'queued' });
      return {
        set: (state) => answers.set(answer.id, { ...answer, state }),
        end: () => answers.delete(answer.id),
      };
    },
    list: () => [...answers.values()],
  };
}
