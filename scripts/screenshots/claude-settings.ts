import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ThemeName } from './palette.ts';

/** Spares Claude Code its questions about colours and about trust in the folder `work`. */
export function writeClaudeSettings(home: string, work: string, theme: ThemeName): void {
  const projects = { [work]: { hasTrustDialogAccepted: true } };
  const settings = { hasCompletedOnboarding: true, theme, projects };
  writeFileSync(join(home, '.claude.json'), JSON.stringify(settings));
}
