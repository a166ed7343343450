import { type FinishEvent, type FinishReason, fullWindow } from './chat-event.ts';

/** `window`: a `length` that is not the output limit. `cut`: more was to come. `broken`: the service failed or gave up. */
type Meaning = FinishReason | 'window' | 'cut' | 'broken';

/** What a service may end an answer with, in small letters. Gateways pass on the words of others, so each means the same in every dialect. */
const words: Record<Exclude<Meaning, 'other'>, readonly string[]> = {
  // TGI says `eos_token`, Cohere `complete`.
  stop: ['stop', 'end_turn', 'stop_sequence', 'eos', 'eos_token', 'complete', 'completed'],
  length: ['length', 'max_tokens', 'max_output_tokens', 'error_limit'],
  // Mistral's `model_length`.
  window: [fullWindow, 'model_length'],
  // `function_call` is the name before parallel calls existed.
  'tool-calls': ['tool_calls', 'function_call', 'tool_use'],
  refusal: ['refusal'],
  'content-filter': [
    'content_filter',
    // Bedrock's.
    'content_filtered',
    'guardrail_intervened',
    // GLM's.
    'sensitive',
    // Cohere's.
    'error_toxic',
    // Gemini's own words, which reach us in capitals, too.
    'safety',
    'image_safety',
    'recitation',
    'image_recitation',
    'blocklist',
    'prohibited_content',
    'image_prohibited_content',
    'spii',
  ],
  cut: [
    'pause_turn',
    'malformed_function_call',
    'malformed_tool_use',
    'unexpected_tool_call',
    'cancelled',
    // Gemini stops before the end with each of these.
    'malformed_response',
    'too_many_tool_calls',
    'missing_thought_signature',
    'language',
    'no_image',
    'image_other',
    'other',
    // Words for none.
    'finish_reason_unspecified',
    'unknown',
  ],
  // GLM's, DeepSeek's and Cohere's.
  broken: ['network_error', 'insufficient_system_resource', 'user_cancel'],
};

const meanings: ReadonlyMap<string, Meaning> = new Map(
  Object.entries(words).flatMap(([meaning, list]) => list.map((word) => [word, meaning as Meaning])),
);

/** A word of which one of these is a part says that the service failed. */
const brokenParts =
  /(?:^|_)(?:error|failed|failure|timeout|timed_out|abort|aborted|canceled|cancelled|cancel|interrupted|overloaded|unavailable|disconnected|preempted)(?:_|$)/;

/** Words that add nothing to their reason. */
const plainWords: ReadonlySet<string> = new Set([
  'stop',
  'end_turn',
  'stop_sequence',
  ...words.length.slice(0, 3),
  ...words['tool-calls'],
  'refusal',
  'content_filter',
]);

/** The finish for the service's last word. Unknown words, and none, are `other`; `detail` is the word as it came. */
export function toFinish(word: string | undefined): FinishEvent {
  const meaning = findMeaning(word);
  const reason =
    meaning === 'window' ? 'length' : meaning === 'cut' || meaning === 'broken' ? 'other' : meaning;
  const saysMore = word !== undefined && word !== '' && !plainWords.has(normalise(word));
  return { type: 'finish', reason, ...(saysMore && { detail: word }) };
}

function isBroken({ reason, detail }: FinishEvent): boolean {
  return reason === 'other' && findMeaning(detail) === 'broken';
}

/** Whether more was to come, by a failure or not. Words that nobody knows are not taken for that. */
export function isCut(finish: FinishEvent): boolean {
  const { reason, detail = '' } = finish;
  return (
    isBroken(finish) ||
    (reason === 'other' && (findMeaning(detail) === 'cut' || /^incomplete\b/.test(detail)))
  );
}

/** Whether the prompt and the answer fill all that the model reads. */
export function isWindowFull({ reason, detail }: FinishEvent): boolean {
  return reason === 'length' && findMeaning(detail) === 'window';
}

function findMeaning(word = ''): Meaning {
  const known = normalise(word);
  return meanings.get(known) ?? (brokenParts.test(known) ? 'broken' : 'other');
}

function normalise(word: string): string {
  return word
    .slice(0, 100)
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}
