import type { LiveAnswer, Services } from './services.ts';

/** What is being answered now. `onChange` is told whenever that is something else. */
export function createLiveAnswers(onChange: () => void): Services['live'] {
  const answers = new Map<string, LiveAnswer>();
  return {
    begin(answer) {
      const set = (state: LiveAnswer['state']): void => {
        answers.set(answer.id, { ...answer, state });
        onChange();
      };
      set('queued');
      return {
        set,
        end() {
          answers.delete(answer.id);
          onChange();
        },
      };
    },
    list: () => [...answers.values()],
  };
}
