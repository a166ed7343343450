import { Box } from 'ink';
import type { ReactNode } from 'react';
import { formatSeconds } from '../../describe-count.ts';
import { cellWidth, cutToWidth } from '../../terminal/cell-width.ts';
import { quietMs, spinnerFrame } from '../../terminal/waits.ts';
import { wrapText } from '../../terminal/wrap-text.ts';
import { toOneLine } from '../../terminal-text.ts';
import { estimateTokens } from '../../tokens/request-tokens.ts';
import type { ConfirmDialog } from '../dialogs/dialog.ts';
import { separator } from '../gutter.ts';
import type { Look } from '../look.ts';
import type { ReplState, Work } from '../state.ts';
import { formatCount } from '../status-line.ts';
import { layOutApproval, wrapQuestion } from './approval-layout.ts';
import { drawEdge } from './edge.ts';
import { describeKeys } from './key-hints.ts';
import { countSpareRows, HelpView, Line, Lines, PickView } from './lists.tsx';
import { drawWaiting } from './waiting.ts';

export type PanelProps = {
  state: ReplState;
  look: Look;
  columns: number;
  /** How many rows a list may take, and how many the screen has. */
  listRows: number;
  rows: number;
  /** Milliseconds since the epoch. */
  now: number;
};

/**
 * Everything at the bottom but the draft: what is going on, the edge, and below it what belongs to the draft. The draft comes last, so that
 * nothing below the cursor moves when the terminal gets narrower.
 */
export function Panel(props: PanelProps): ReactNode {
  const { state, look, columns } = props;
  const { dialog } = state;
  const hints = describeKeys(state, props.now, look.nameKeys);
  // Nothing goes on until the person has answered.
  const isAsked = (dialog ?? state.waitingDialog)?.type === 'approval';
  // The list that arranges what waits shows it, too.
  const isQueueOpen = dialog?.type === 'pick' && dialog.acts !== undefined;
  const edge = drawEdge({ facts: dialog ? undefined : state.facts, hints, look, columns });
  const spareRows = dialog ? 0 : countSpareRows(state.help, props.listRows);
  return (
    <Box flexDirection="column">
      <Lines lines={Array.from({ length: 1 + spareRows }, () => '')} />
      <WorkView
        work={isAsked ? undefined : state.work}
        look={look}
        now={props.now}
        tellsStop={hints.sentence !== undefined}
      />
      {edge.map((line) => (
        <Line key={line}>{line}</Line>
      ))}
      {dialog?.type === 'approval' ? (
        <Lines lines={layOutApproval(dialog, { columns, rows: props.rows, theme: look.theme })} />
      ) : (
        <>
          {!isQueueOpen && <Lines lines={drawWaiting(state, { look, columns })} />}
          <AttachmentsView attachments={state.attachments} look={look} columns={columns} />
        </>
      )}
      {dialog?.type === 'pick' && (
        <PickView dialog={dialog} look={look} rows={props.listRows} columns={columns} />
      )}
      {dialog?.type === 'text' && (
        <Lines
          lines={wrapQuestion(dialog.question, columns).map((line) => look.theme.paint('heading', line))}
        />
      )}
      {!dialog && (
        <HelpView
          help={state.help}
          look={look}
          rows={props.listRows}
          screenRows={props.rows}
          columns={columns}
        />
      )}
      {dialog?.type === 'confirm' && <ConfirmView dialog={dialog} look={look} columns={columns} />}
    </Box>
  );
}

/** The work that is running, how long, and how much came. How to stop it stands in the edge below, unless a sentence stands there. */
function WorkView({
  work,
  look,
  now,
  tellsStop,
}: {
  work: Work | undefined;
  look: Look;
  now: number;
  tellsStop: boolean;
}): ReactNode {
  if (!work || now - work.startedAt < quietMs) return null;
  const { theme, motion } = look;
  const { wait } = work;
  const mark = motion ? spinnerFrame(now) : '•';
  const text = wait
    ? `asking again in ${Math.max(0, Math.ceil((wait.until - now) / 1000))} s`
    : [work.label, ...(motion ? describeProgress(work, now) : [])].join(' ');
  const stop = tellsStop ? theme.paint('dim', `${separator}Esc stops`) : '';
  // The reason comes from the service and can be long, so it comes last and is cut.
  const reason = wait ? theme.paint('warning', separator + wait.reason) : '';
  return (
    <Line>{`${theme.paint('accent', mark)} ${theme.paint(wait ? 'warning' : 'dim', text)}${stop}${reason}`}</Line>
  );
}

/** `3 s · ~210 tokens`. The count is ours, and says nothing before the first word. */
function describeProgress({ startedAt, received }: Work, now: number): string[] {
  const seconds = formatSeconds(now - startedAt);
  return [
    received === 0 ? seconds : `${seconds}${separator}~${formatCount(estimateTokens(received))} tokens`,
  ];
}

const gap = ' ';
const dropHint = 'Backspace drops the last';

/** The attachments of the next prompt, the newest last: as many as fit into one line, and how to drop one. */
function AttachmentsView({
  attachments,
  look: { theme },
  columns,
}: {
  attachments: readonly string[];
  look: Look;
  columns: number;
}): ReactNode {
  if (attachments.length === 0) return null;
  const room = columns - 1;
  const chips = attachments.map((one) => `[${toOneLine(one)}]`);
  let shown: string[] = [];
  for (const chip of chips.toReversed()) {
    const more = chips.length - shown.length - 1;
    const next = [chip, ...shown];
    if (shown.length > 0 && cellWidth(withMore(next, more)) > room) break;
    shown = next;
  }
  const line = cutToWidth(withMore(shown, chips.length - shown.length), room);
  const hasRoom = cellWidth(line) + gap.length + dropHint.length <= room;
  return <Line>{theme.paint('accent', line) + (hasRoom ? theme.paint('dim', gap + dropHint) : '')}</Line>;
}

function withMore(chips: readonly string[], more: number): string {
  return (more > 0 ? [`+${more}`, ...chips] : chips).join(gap);
}

/** The letters are shown as soon as they answer the question. */
function ConfirmView({
  dialog,
  look,
  columns,
}: {
  dialog: ConfirmDialog;
  look: Look;
  columns: number;
}): ReactNode {
  const letters = dialog.byDefault ? 'Y/n' : 'y/N';
  const line = dialog.isSeen
    ? [dialog.question, look.theme.paint('dim', letters), dialog.typed].filter(Boolean).join(' ')
    : dialog.question;
  // The cursor stands behind the last word.
  return <Lines lines={wrapText(line, columns - 2)} />;
}
