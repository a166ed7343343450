import type { Answer, AnswerFunction } from '../simulator/answer/answer.ts';
import { type JsonRecord, toRecord } from '../simulator/json.ts';
import type { RecordedRequest } from '../simulator/recorded-request.ts';
import { asksForSummary, findRound, listSteps, listTools, type OfferedTool } from './model-request.ts';

/** One answer of the model, decided by what the agent has offered and what its tools gave. */
export type ScriptStep = (seen: { tools: OfferedTool[]; results: string[] }) => Answer;

/** What the model says to a request that is not the conversation: a title, a summary. `said` is what the person said there. */
export type Aside = (said: string) => string;

/** True for a request of the conversation itself: it has tools, and the person's words. */
export function isConversation(request: RecordedRequest, mark: string): boolean {
  const body = toRecord(request.body);
  // GitHub's CLI asks for a summary in the conversation, with its tools.
  if (request.headers['x-interaction-type'] === 'conversation-compaction') return false;
  return listTools(body).length > 0 && findRound(body, mark) !== undefined && !asksForSummary(body);
}

/**
 * The model's answers to one turn of a person: the first step to the prompt, the next to the results of the first, and so on. It
 * depends on the request alone, so an agent that asks again gets the same again.
 */
export function scriptModel(mark: string, steps: readonly ScriptStep[], aside: Aside): AnswerFunction {
  return (request) => {
    const body = toRecord(request.body);
    if (!isConversation(request, mark)) return { text: aside(findSaid(body, mark)) };
    return chooseStep(body, mark, steps);
  };
}

/** The line with the mark, if the request has it. */
function findSaid(body: JsonRecord, mark: string): string {
  const lines = listSteps(body).flatMap(({ kind, text }) => (kind === 'person' ? text.split('\n') : []));
  return lines.findLast((line) => line.endsWith(mark)) ?? '';
}

function chooseStep(body: JsonRecord, mark: string, steps: readonly ScriptStep[]): Answer {
  const { count, results } = findRound(body, mark) ?? { count: 0, results: [] };
  const step = steps[count];
  return step?.({ tools: listTools(body), results }) ?? { text: `JUDGE: no step ${count + 1} in the script` };
}
