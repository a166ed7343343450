import { toOneLine } from '../terminal-text.ts';
import { isCommand, isShellCommand } from './is-command.ts';
import { parseSlash } from './slash/slash-command.ts';
import type { ReplState } from './state.ts';
import type { Attachment, SentPrompt } from './turns/attachment.ts';
import {
  type KeptAlone,
  type KeptAttachments,
  type KeptPrompt,
  keepAlone,
  restoreKept,
  toKept,
} from './turns/kept-attachments.ts';
import type { Session } from './turns/session.ts';

/** The attachments of prompts that were not sent: they leave and return with the words. */
export type HistoryAttachments = {
  /** Called when a prompt of the history is the draft, or with undefined when the unsent draft is. What the one before brought goes with it. */
  show(entry: KeptPrompt | undefined): void;
  /** The draft is no prompt of the history any more. What it brought stays. */
  leave(): void;
  /** Called before a prompt is sent, or waits: nothing of the history brings again what goes with it. */
  sent(prompt: SentPrompt): void;
  /** The draft is cleared. What came with it returns with this prompt of the history. */
  putAway(entry: KeptPrompt): void;
  /** This prompt of the history brings these. Returns what to keep of them. */
  bring(entry: KeptPrompt, attachments: readonly Attachment[]): KeptAttachments | undefined;
  /** Whether more is attached than the shown prompt brought. */
  readonly hasOwn: boolean;
  /** What to keep of the attachments beside the draft, or beside one that was left for the shown prompt. */
  findBeside(which: 'shown' | 'left' | 'only'): KeptAttachments | undefined;
  /** The same beside an empty draft. */
  findAlone(): KeptAlone;
  /** What to keep of the attachments that go with a prompt that waits, or will. */
  findAlong(prompt: SentPrompt, options?: { isQueued: boolean }): KeptAttachments | undefined;
};

type Options = {
  session: Pick<Session, 'attachments' | 'attach' | 'detach' | 'bindAttachments'>;
  getState: () => ReplState;
  cwd: string;
  tell: (sentence: string) => void;
};

export function createHistoryAttachments({ session, getState, cwd, tell }: Options): HistoryAttachments {
  /** What each prompt of the history brings, once it was shown or cleared. */
  const along = new Map<KeptPrompt, readonly Attachment[]>();
  let shown: KeptPrompt | undefined;
  let brought: readonly Attachment[] = [];

  function find(entry: KeptPrompt): readonly Attachment[] {
    const known = along.get(entry);
    if (known) return known;
    const { attachments, gone } = entry.kept ? restoreKept(entry.kept, cwd) : { attachments: [], gone: [] };
    along.set(entry, attachments);
    if (entry.kept) for (const sentence of describeLost(entry.kept, attachments, gone)) tell(sentence);
    return attachments;
  }

  function leave(): void {
    shown = undefined;
    brought = [];
  }

  /** What goes with the next prompt, whichever that is. */
  const listLoose = (): Attachment[] => session.attachments.filter(({ isOfDraft }) => !isOfDraft);

  /** What does not go with a prompt that waits. */
  function listBeside(): Attachment[] {
    const isWaiting = getState().queue.some((prompt) => !isCommand(prompt));
    return session.attachments.filter((one) => one.isOfDraft || !isWaiting);
  }

  return {
    show(entry) {
      if (entry === shown) return;
      if (shown) {
        const left = session.attachments.filter((one) => brought.includes(one));
        along.set(shown, left);
        session.detach(left);
      }
      shown = entry;
      brought = entry ? find(entry) : [];
      for (const one of brought) if (!session.attachments.includes(one)) session.attach(one);
    },
    leave,
    sent(prompt) {
      if (!prompt.along && isCommand(prompt)) return;
      const gone = prompt.along ?? session.attachments;
      for (const [entry, own] of along)
        along.set(
          entry,
          own.filter((one) => !gone.includes(one)),
        );
    },
    putAway(entry) {
      const { along: bound = [] } = session.bindAttachments(entry);
      along.set(entry, bound);
    },
    bring(entry, attachments) {
      along.set(entry, attachments);
      return toKept(attachments, { cwd });
    },
    get hasOwn() {
      return session.attachments.some((one) => !brought.includes(one));
    },
    findBeside(which) {
      const own = listBeside().filter(
        (one) => which === 'only' || brought.includes(one) === (which === 'shown'),
      );
      return toKept(own, { cwd });
    },
    findAlone: () => keepAlone(listBeside(), cwd),
    findAlong(prompt, { isQueued } = { isQueued: getState().queue.includes(prompt) }) {
      if (!prompt.along && isCommand(prompt)) return undefined;
      const own = prompt.along ?? [];
      if (!isQueued) return toKept(own, { cwd });
      const { queue } = getState();
      const place = queue.indexOf(prompt);
      const before = place === -1 ? queue : queue.slice(0, place);
      const last = before.findLastIndex((one) => !isCommand(one));
      return toKept(last === -1 ? [...own, ...listLoose()] : own, {
        cwd,
        hadOthers: before.slice(last + 1).some(attaches),
      });
    },
  };
}

/** Whether a queued command attaches something to the prompt behind it. */
function attaches(command: SentPrompt): boolean {
  return isShellCommand(command) || parseSlash(command)?.name === 'attach';
}

function describeLost(
  { hadOthers }: KeptAttachments,
  attachments: readonly Attachment[],
  gone: readonly string[],
): string[] {
  const names = gone.map(toOneLine).join(', ');
  const [verb, they] = gone.length === 1 ? ['is', 'it is'] : ['are', 'they are'];
  const others = attachments.length + gone.length > 0 ? 'other ' : '';
  return [
    ...(gone.length > 0 ? [`${names} ${verb} no longer there: ${they} not attached.`] : []),
    ...(hadOthers ? [`Its ${others}attachments are not restored; attach them again.`] : []),
  ];
}
