import type { Preview } from '../../tools/tool.ts';
import { type BodyLine, cutBody, speakLine } from './body.ts';
import type { CallView } from './call-view.ts';
import { describeEnd, describeFailure, describeTime, toSummary } from './describe-call.ts';

type SpokenOptions = {
  print: (lines: readonly string[]) => void;
  toDiff: (preview: Preview) => readonly BodyLine[] | undefined;
};

/** Whoever listens hears once how a call went, and that one has begun if it takes this long, in milliseconds. */
const quietMs = 1_000;
const spokenLines = 12;

/** The calls in lines that are never redrawn, each with a word for what it is. */
export function createSpokenCallView({ print, toDiff }: SpokenOptions): CallView {
  const open = new Map<number, { preview: Preview | undefined; timer: NodeJS.Timeout }>();

  function forget(index: number): Preview | undefined {
    const call = open.get(index);
    clearTimeout(call?.timer);
    open.delete(index);
    return call?.preview;
  }

  function speakDiff(preview: Preview | undefined): void {
    const diff = preview && toDiff(preview);
    if (!diff) return;
    const changed = diff.filter(({ kind }) => kind === 'added' || kind === 'removed' || kind === 'title');
    const { shown, more } = cutBody(changed, spokenLines);
    print([...shown.map(speakLine), ...(more > 0 ? [`${more} more lines.`] : [])]);
  }

  return {
    take(event) {
      if (event.type === 'tool-progress') return;
      const summary = toSummary(event.summary);
      if (event.type === 'tool-began') {
        const timer = setTimeout(() => print([`Running: ${summary}`]), quietMs).unref();
        open.set(event.index, { preview: event.preview, timer });
        return;
      }
      const preview = forget(event.index);
      const facts = [
        event.state === 'done' ? 'done' : '',
        describeEnd(event),
        describeTime(event.seconds),
        describeFailure(event) ?? '',
      ];
      // The words of a failure may be a sentence already.
      print([`${`Call: ${summary}; ${facts.filter(Boolean).join(', ')}`.replace(/\.$/, '')}.`]);
      if (event.state === 'done') speakDiff(preview);
    },
    forget() {},
    end() {
      for (const index of [...open.keys()]) forget(index);
    },
    openNewest: () => false,
  };
}
