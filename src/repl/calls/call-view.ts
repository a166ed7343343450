import { cutSafely, safeWidth, wrapSafely } from '../../terminal/safe-width.ts';
import { showHidden } from '../../terminal/show-hidden.ts';
import type { Preview, ToolEvent } from '../../tools/tool.ts';
import { hang, indent, separator, toMark, toTextWidth } from '../gutter.ts';
import type { Look } from '../look.ts';
import type { Transcript } from '../transcript.ts';
import { type BodyLine, cutBody, layOutBody, toBody } from './body.ts';
import {
  describeEnd,
  describeFailure,
  describeTime,
  type EndedCall,
  readText,
  toSummary,
} from './describe-call.ts';

/** Shows the calls of a run, one line for each, below the words of the model. */
export type CallView = {
  take(event: ToolEvent): void;
  /** What was folded before is not opened any more: the model thinks, or another conversation follows. */
  forget(): void;
  /** The run has ended: nothing is open any more. */
  end(): void;
  /** Opens the newest result that is folded. False if there is none. */
  openNewest(): boolean;
};

export type CallViewOptions = {
  transcript: Pick<Transcript, 'addCalls' | 'setLive'>;
  look: () => Look;
  columns: () => number;
  rows: () => number;
  /** The change that a preview shows, as lines. Undefined if it shows none. */
  toDiff: (preview: Preview) => readonly BodyLine[] | undefined;
  /** Shows a text that is too long for the transcript. */
  page: (title: string, body: readonly BodyLine[]) => void;
  /** Milliseconds. */
  now: () => number;
};

type Shown = {
  index: number;
  summary: string;
  preview: Preview | undefined;
  startedAt: number;
  progress: string;
  ended: EndedCall | undefined;
};

/** A change that was made is shown by its first lines. */
const shownLines = 12;
/** The words of a call come before how it goes, unless there is room for neither. */
const leastSummary = 12;
const mostRemembered = 100;

export function createCallView(options: CallViewOptions): CallView {
  const { transcript, look, columns, rows, toDiff, page, now } = options;
  /** Those that are not finished lines yet, in the order in which they began. */
  const open: Shown[] = [];
  /** Those that can be opened, the newest last. */
  let folded: Shown[] = [];
  let isHintTold = false;

  function drawRunning(call: Shown): string {
    const facts = [call.progress, describeTime((now() - call.startedAt) / 1000)];
    return drawCallLine(
      call.summary,
      facts.map((text) => ({ text })),
      { look: look(), columns: columns() },
    );
  }

  function drawEnded(call: Shown, ended: EndedCall, hint: string): string[] {
    const shape = { look: look(), columns: columns() };
    const state = describeEnd(ended);
    const facts = [
      ended.state === 'done' || ended.state === 'stopped'
        ? { text: state }
        : { text: state, role: ended.state === 'failed' ? ('error' as const) : ('warning' as const) },
      { text: describeTime(ended.seconds) },
      { text: hint },
    ];
    return [drawCallLine(call.summary, facts, shape), ...drawBelow(call, ended, shape)];
  }

  function drawBelow(call: Shown, ended: EndedCall, shape: Shape): string[] {
    const failure = describeFailure(ended);
    if (failure !== undefined) return drawFailure(failure, shape);
    const diff = ended.state === 'done' && call.preview ? toDiff(call.preview) : undefined;
    return diff ? drawDiff(diff, shape) : [];
  }

  function finish(): void {
    while (open[0]?.ended) {
      const [call] = open.splice(0, 1) as [Shown];
      const ended = call.ended as EndedCall;
      const isFolded = isWorthOpening(call, ended, toDiff);
      const hint = isFolded && !isHintTold ? 'Ctrl+O shows it' : '';
      isHintTold ||= isFolded;
      if (isFolded) folded = [...folded.slice(1 - mostRemembered), call];
      transcript.addCalls(() => drawEnded(call, ended, hint));
    }
    transcript.setLive(open.length === 0 ? undefined : drawOpen);
  }

  function drawOpen(maxRows: number): string[] {
    const lines = open.flatMap((call) => (call.ended ? drawEnded(call, call.ended, '') : drawRunning(call)));
    return lines.slice(-maxRows);
  }

  return {
    take(event) {
      if (event.type === 'tool-progress') {
        const call = open.find(({ index }) => index === event.index);
        if (call) call.progress = toSummary(event.sentence);
        transcript.setLive(drawOpen);
        return;
      }
      const known = open.find(({ index }) => index === event.index);
      const call: Shown = known ?? {
        index: event.index,
        summary: toSummary(event.summary),
        preview: event.type === 'tool-began' ? event.preview : undefined,
        startedAt: now(),
        progress: '',
        ended: undefined,
      };
      if (!known) open.push(call);
      if (event.type === 'tool-ended') call.ended = event;
      finish();
    },
    forget() {
      folded = [];
      isHintTold = false;
    },
    end() {
      for (const call of open)
        call.ended ??= {
          type: 'tool-ended',
          index: call.index,
          name: '',
          summary: call.summary,
          state: 'stopped',
          parts: [],
          seconds: (now() - call.startedAt) / 1000,
        };
      finish();
    },
    openNewest() {
      const call = folded.pop();
      if (!call?.ended) return false;
      const shape = { look: look(), columns: columns() };
      const body = toOpened(call, call.ended, toDiff);
      const lines = layOutBody(body, { width: toTextWidth(shape.columns), theme: shape.look.theme });
      if (lines.length > rows() / 2) page(call.summary, body);
      else
        transcript.addCalls(() => [
          drawCallLine(call.summary, [], { look: look(), columns: columns() }),
          ...drawResult(body, { look: look(), columns: columns() }),
        ]);
      return true;
    },
  };
}

/** A failure of one line stands below the call already, and so does a short change. */
function isWorthOpening(call: Shown, ended: EndedCall, toDiff: CallViewOptions['toDiff']): boolean {
  const diff = call.preview && ended.state === 'done' ? toDiff(call.preview) : undefined;
  if (diff) return diff.length > shownLines;
  return readText(ended.parts).trim() !== '' && readText(ended.parts).trim() !== describeFailure(ended);
}

function toOpened(call: Shown, ended: EndedCall, toDiff: CallViewOptions['toDiff']): readonly BodyLine[] {
  const diff = call.preview && ended.state === 'done' ? toDiff(call.preview) : undefined;
  return diff ?? toBody(readText(ended.parts).trimEnd());
}

type Shape = { look: Look; columns: number };
type Fact = { text: string; role?: 'error' | 'warning' };

/** `▸ view notes.md 1-40 · 40 lines`, on one line. The end of the words gives way, then the facts, the last first. */
function drawCallLine(summary: string, facts: readonly Fact[], { look, columns }: Shape): string {
  // The last cell of a row is never written.
  const room = Math.max(1, toTextWidth(columns) - 1);
  let shown = facts.filter(({ text }) => text !== '');
  const widthOf = (): number => shown.reduce((sum, { text }) => sum + separator.length + safeWidth(text), 0);
  while (shown.length > 0 && widthOf() + Math.min(leastSummary, safeWidth(summary)) > room)
    shown = shown.slice(0, -1);
  const words = cutSafely(summary, Math.max(1, room - widthOf()));
  const { theme } = look;
  return (
    toMark('call', look) +
    theme.paint('dim', words) +
    shown.map(({ text, role }) => theme.paint('dim', separator) + theme.paint(role ?? 'dim', text)).join('')
  );
}

function drawResult(body: readonly BodyLine[], { look, columns }: Shape): string[] {
  return hang('result', layOutBody(body, { width: toTextWidth(columns), theme: look.theme }), look);
}

const mostFailureRows = 3;

/** A sentence, and so it breaks between words. */
function drawFailure(failure: string, { look, columns }: Shape): string[] {
  const width = toTextWidth(columns) - 1;
  const rows = wrapSafely(showHidden(failure), width);
  const rest = rows.slice(mostFailureRows - 1).join(' ');
  const shown = [...rows.slice(0, mostFailureRows - 1), ...(rest === '' ? [] : [cutSafely(rest, width)])];
  return hang(
    'result',
    shown.map((row) => look.theme.paint('dim', row)),
    look,
  );
}

function drawDiff(diff: readonly BodyLine[], { look, columns }: Shape): string[] {
  const { shown, more } = cutBody(diff, shownLines);
  const lines = layOutBody(shown, { width: toTextWidth(columns), theme: look.theme });
  const rest = more > 0 ? [look.theme.paint('dim', `… ${more} more lines${separator}Ctrl+O shows all`)] : [];
  return [...lines, ...rest].map(indent);
}
