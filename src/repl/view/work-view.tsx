import type { ReactNode } from 'react';
import { quietMs, spinnerFrame } from '../../terminal/spinner.ts';
import type { Look } from '../look.ts';
import type { Work } from '../state.ts';
import { Line } from './line.tsx';

/** What goes on, for how long, and how to stop it. */
export function WorkView({
  work,
  look,
  now,
}: {
  work: Work | undefined;
  look: Look;
  now: number;
}): ReactNode {
  if (!work || now - work.startedAt < quietMs) return null;
  const { theme, motion } = look;
  const { wait } = work;
  const mark = motion ? spinnerFrame(now) : '•';
  // What the service says can be long: it comes last, and is cut where it does not fit.
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
