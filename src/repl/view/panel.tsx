import { Box } from 'ink';
import type { ReactNode } from 'react';
import { describeWaitingDialog } from '../dialogs/dialog.ts';
import type { Look } from '../look.ts';
import { describeRevision, type ReplState } from '../state.ts';
import { formatStatusLine } from '../status-line.ts';
import { AttachmentsView } from './attachments-view.tsx';
import { ConfirmView } from './confirm-view.tsx';
import { HelpView } from './help-view.tsx';
import { Line } from './line.tsx';
import { PickView } from './pick-view.tsx';
import { QueueView } from './queue-view.tsx';
import { WorkView } from './work-view.tsx';

export type PanelProps = {
  state: ReplState;
  look: Look;
  columns: number;
  /** How many rows a list may take. */
  listRows: number;
  /** Milliseconds since the epoch. */
  now: number;
};

/** What stays at the bottom, above what is typed: that comes last, so that a terminal which gets narrower moves nothing below the cursor. */
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
      <QueueView queue={state.queue} isHeld={state.isHeld} look={look} />
      {state.revision && <Line>{look.theme.paint('accent', describeRevision(state.revision, 'Esc'))}</Line>}
      <AttachmentsView attachments={state.attachments} look={look} columns={columns} />
      {dialog?.type === 'pick' && <PickView dialog={dialog} look={look} rows={props.listRows} />}
      {dialog?.type === 'text' && <Line>{look.theme.paint('heading', dialog.question)}</Line>}
      {!dialog && <HelpView help={state.help} look={look} rows={props.listRows} />}
      {waitingDialog && <Line>{look.theme.paint('accent', describeWaitingDialog(waitingDialog))}</Line>}
      {hint !== undefined && <Line>{look.theme.paint('accent', hint)}</Line>}
      {!dialog && status !== '' && <Line>{status}</Line>}
      {dialog?.type === 'confirm' && <ConfirmView dialog={dialog} look={look} />}
    </Box>
  );
}
