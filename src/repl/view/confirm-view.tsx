import type { ReactNode } from 'react';
import type { ConfirmDialog } from '../dialogs/dialog.ts';
import type { Look } from '../look.ts';
import { Line } from './line.tsx';

/** The letters that answer it are shown as soon as they do. */
export function ConfirmView({ dialog, look }: { dialog: ConfirmDialog; look: Look }): ReactNode {
  const letters = dialog.byDefault ? 'Y/n' : 'y/N';
  return (
    <Line>{dialog.isSeen ? `${dialog.question} ${look.theme.paint('dim', letters)}` : dialog.question}</Line>
  );
}
