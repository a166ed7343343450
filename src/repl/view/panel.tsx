import { Box } from 'ink';
import type { ReactNode } from 'react';
import { describeCount } from '../../describe-count.ts';
import { cellWidth, cutToWidth } from '../../terminal/cell-width.ts';
import { quietMs, spinnerFrame } from '../../terminal/waits.ts';
import { toOneLine } from '../../terminal-text.ts';
import { type ConfirmDialog, describeWaitingDialog } from '../dialogs/dialog.ts';
import type { Look } from '../look.ts';
import { describeQueueKeys } from '../queue-keys.ts';
import { describeRevision, type ReplState, type Work } from '../state.ts';
import { formatStatusLine } from '../status-line.ts';
import type { SentPrompt } from '../turns/attachment.ts';
import { HelpView, Line, PickView } from './lists.tsx';

type PanelProps = {
  state: ReplState;
  look: Look;
  columns: number;
  /** How many rows a list may take. */
  listRows: number;
  /** Milliseconds since the epoch. */
  now: number;
};

/** Everything at the bottom but the draft. The draft comes last, so that nothing below the cursor moves when the terminal gets narrower. */
export function Panel(props: PanelProps): ReactNode {
  const { state, look, columns } = props;
  const { dialog, waitingDialog, hint } = state;
  const status = formatStatusLine(state.facts, {
    fields: look.statusFields,
    theme: look.theme,
    columns: columns - 1,
  });
  return (
    <Box flexDirection="column">
      <Line> </Line>
      <WorkView work={state.work} look={look} now={props.now} />
      <QueueView queue={state.queue} keys={describeQueueKeys(state)} look={look} />
      {state.revision && <Line>{look.theme.paint('accent', describeRevision(state.revision, 'Esc'))}</Line>}
      <AttachmentsView attachments={state.attachments} look={look} columns={columns} />
      {dialog?.type === 'pick' && (
        <PickView dialog={dialog} look={look} rows={props.listRows} columns={columns} />
      )}
      {dialog?.type === 'text' && <Line>{look.theme.paint('heading', dialog.question)}</Line>}
      {!dialog && <HelpView help={state.help} look={look} rows={props.listRows} columns={columns} />}
      {waitingDialog && <Line>{look.theme.paint('accent', describeWaitingDialog(waitingDialog))}</Line>}
      {hint !== undefined && <Line>{look.theme.paint('accent', hint)}</Line>}
      {!dialog && status !== '' && <Line>{status}</Line>}
      {dialog?.type === 'confirm' && <ConfirmView dialog={dialog} look={look} />}
    </Box>
  );
}

/** The work that is running, its duration, and how to stop it. */
function WorkView({ work, look, now }: { work: Work | undefined; look: Look; now: number }): ReactNode {
  if (!work || now - work.startedAt < quietMs) return null;
  const { theme, motion } = look;
  const { wait } = work;
  const mark = motion ? spinnerFrame(now) : '•';
  // The reason comes from the service and can be long, so it comes last and is cut.
  const text = wait
    ? `asking again in ${Math.max(0, Math.ceil((wait.until - now) / 1000))} s`
    : motion
      ? `${work.label} ${formatSeconds(now - work.startedAt)}`
      : work.label;
  const reason = wait ? theme.paint('warning', ` · ${wait.reason}`) : '';
  return (
    <Line>{`${theme.paint('accent', mark)} ${theme.paint(wait ? 'warning' : 'dim', text)}${theme.paint('dim', ' · Esc stops')}${reason}`}</Line>
  );
}

function formatSeconds(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** How many waiting prompts are shown. */
const maxRows = 3;
const maxLength = 300;

function describeWaiting({ text, along = [] }: SentPrompt): string {
  const attached = along.length > 0 ? ` [${describeCount(along.length, 'image')}]` : '';
  return `next › ${toOneLine(text.slice(0, maxLength))}${attached}`;
}

/** The prompts that wait for the end of the answer, or for the person. */
function QueueView({
  queue,
  keys,
  look,
}: {
  queue: readonly SentPrompt[];
  keys: string | undefined;
  look: Look;
}): ReactNode {
  const { theme } = look;
  const more = queue.length - maxRows;
  const lines = [
    ...queue.slice(0, maxRows).map(describeWaiting),
    ...(more > 0 ? [`       and ${more} more`] : []),
    ...(keys === undefined ? [] : [`       ${keys}`]),
  ];
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the same words can wait twice.
    <Line key={index}>{theme.paint('dim', line)}</Line>
  ));
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
function ConfirmView({ dialog, look }: { dialog: ConfirmDialog; look: Look }): ReactNode {
  const letters = dialog.byDefault ? 'Y/n' : 'y/N';
  return (
    <Line>{dialog.isSeen ? `${dialog.question} ${look.theme.paint('dim', letters)}` : dialog.question}</Line>
  );
}
