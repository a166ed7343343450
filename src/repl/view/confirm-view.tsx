import type { ReactNode } from 'react';
import type { ConfirmDialog } from '../dialogs/dialog.ts';
import type { Look } from '../look.ts';
import { Line } from './line.tsx';

export function ConfirmView({ dialog, look }: { dialog: ConfirmDialog; look: Look }): ReactNode {
  return <Line>{`${dialog.question} ${look.theme.paint('dim', dialog.byDefault ? 'Y/n' : 'y/N')}`}</Line>;
}
