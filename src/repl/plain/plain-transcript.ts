import { describeCount } from '../../describe-count.ts';
import { type Fence, isBlank, isFenceEnd, parseFence } from '../../markdown/line-kinds.ts';
import { cleanLine } from '../../markdown/visible-text.ts';
import type { PromptText } from '../../prompt-text.ts';
import { wrapText } from '../../terminal/wrap-text.ts';
import { stripControls, toOneLine } from '../../terminal-text.ts';
import { expandDraft } from '../composer/pastes.ts';
import { describeRevision, type ReplAction } from '../state.ts';
import type { Transcript } from '../transcript.ts';
import { type Attachment, describeAttachment } from '../turns/attachment.ts';

type PlainTranscript = Transcript & {
  /** The prompt stands on the terminal already: the person has just typed it. */
  noteTyped(prompt: string): void;
};

/** A transcript of lines that begin with a word for what they are. */
export function createPlainTranscript(
  print: (lines: readonly string[]) => void,
  textColumns: number,
): PlainTranscript {
  let answer: AnswerBlocks | undefined;
  let typed: string | undefined;
  /** Sentences of ours wrap between words. Words of others stay as they are, so that they can be copied. */
  const say = (sentences: readonly string[]): void =>
    print(sentences.flatMap((sentence) => wrapText(stripControls(sentence), textColumns)));

  return {
    noteTyped(prompt) {
      typed = prompt;
    },
    print,
    printPrompt(prompt) {
      if (prompt !== typed) print(`You: ${stripControls(prompt)}`.split('\n'));
      typed = undefined;
    },
    printDetails(details) {
      say(details.map(({ sentence, isWarning }) => (isWarning ? 'Warning: ' : '') + sentence));
    },
    beginCommand() {},
    endCommand() {},
    textColumns,
    notice(sentence, kind, { steps, facts } = { steps: [] }) {
      const label = kind === 'error' ? 'Error: ' : kind === 'warning' ? 'Warning: ' : '';
      const more = [...steps, ...(facts === undefined ? [] : [facts])];
      say([label + sentence, ...more]);
    },
    addText(text) {
      if (!answer) print(['Answer:']);
      answer ??= createAnswerBlocks();
      print(answer.push(text));
    },
    addReasoning() {},
    toggleReasoning: () => false,
    forgetReasoning() {},
    endAnswer() {
      if (answer) print(answer.end());
      answer = undefined;
    },
    addCalls: (layOut) => print(layOut()),
    setLive() {},
    beginColumns: () => undefined,
    draw: () => [],
  };
}

/** Splits an answer into Markdown blocks, such as a paragraph, a list or a code block, so that a screen reader reads whole blocks. */
type AnswerBlocks = {
  /** Adds text. Returns the lines of blocks that are now complete. */
  push(text: string): string[];
  /** Ends the answer. Returns the remaining lines. */
  end(): string[];
};

export function createAnswerBlocks(): AnswerBlocks {
  let openLine = '';
  let block: string[] = [];
  let fence: Fence | undefined;

  /** Adds a line. Returns the block that it ends, or nothing. */
  function takeLine(line: string): string[] {
    block.push(line);
    const isEnd = fence ? isFenceEnd(line.trimStart(), fence) : isBlank(line);
    fence = fence ? (isEnd ? undefined : fence) : parseFence(line.trimStart());
    return isEnd ? takeBlock() : [];
  }

  function takeBlock(): string[] {
    const finished = block;
    block = [];
    return finished;
  }

  return {
    push(text) {
      const [first = '', ...rest] = text.split('\n');
      openLine += first;
      const finished: string[] = [];
      for (const next of rest) {
        finished.push(...takeLine(cleanLine(openLine)));
        openLine = next;
      }
      return finished;
    },
    end() {
      if (openLine !== '') block.push(cleanLine(openLine));
      openLine = '';
      fence = undefined;
      return takeBlock();
    },
  };
}

/** How much of a text of the person is read to them, in UTF-16 code units. */
export const maxShownLength = 200;

/** Changes of the state, in words, that matter to somebody who hears them: the drawn chat shows them at the bottom. `now` is in milliseconds. */
export function describeChange(
  action: ReplAction,
  now: number,
  attached: readonly Attachment[] = [],
): string[] {
  const isReturned = ({ returnedWith }: Attachment): boolean => returnedWith !== undefined;
  switch (action.type) {
    case 'draft': {
      const text = toOneLine(expandDraft(action.draft).slice(0, maxShownLength));
      const along = attached.filter(isReturned).map((one) => toOneLine(describeAttachment(one)));
      const how = along.length === 0 ? '' : `, with ${along.join(', ')}`;
      return text === '' ? [] : [`Enter alone sends${how}: ${text}`];
    }
    case 'attachments': {
      // A slash command reports what it attaches, and the line of a prompt what came back with it. A shell command does not.
      const last = action.attachments.at(-1);
      if (!last?.startsWith('!') || attached.slice(-1).some(isReturned)) return [];
      return [`Attached to your next prompt: ${toOneLine(last)}. /attach none drops it.`];
    }
    case 'revision':
      return action.revision ? [`${describeRevision(action.revision, 'Ctrl+C')}.`] : [];
    case 'queued':
      return ['Queued: it is sent after this answer.'];
    case 'work-label':
      return action.label === 'Thinking' ? ['Thinking.'] : [];
    case 'wait-began': {
      const seconds = Math.max(0, Math.ceil((action.until - now) / 1000));
      return [`${action.reason}; asking again in ${seconds} second${seconds === 1 ? '' : 's'}.`];
    }
    default:
      return [];
  }
}

/** How many prompts are held, and what sends them. Empty if none is. Enter sends the prompt that was put back before them. */
export function describeWaiting(
  { length }: readonly unknown[],
  { isDrafting }: { isDrafting: boolean },
): string {
  if (length === 0) return '';
  const [verb, them] = length === 1 ? ['is', 'it'] : ['are', 'them'];
  const how = isDrafting
    ? `${verb} queued after it`
    : `${verb} queued; Enter sends ${them}, and a prompt follows ${them}`;
  return `${describeCount(length, 'prompt')} ${how}.`;
}

/** A prompt that waits until something else is done: `you have answered`. */
export function describeKept({ text }: PromptText, until: string): string {
  return `Kept until ${until}: ${toOneLine(text.slice(0, maxShownLength))}`;
}
