import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { toPaths } from '../config/paths.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { Approvals, ApprovalsOptions } from '../tools/approvals/approvals.ts';
import type { ToolUse } from './chat-options.ts';

/** The rules of the flags and of the folder. */
export async function openApprovals(
  context: Context,
  {
    toolUse,
    reads = false,
    askPerson,
  }: { toolUse: ToolUse; reads?: boolean; askPerson?: ApprovalsOptions['askPerson'] },
): Promise<Approvals> {
  const { createApprovals } = await import('../tools/approvals/approvals.ts');
  const { createApprovalStore } = await import('../tools/approvals/approval-store.ts');
  const { allow, ask, deny, allowAll } = toolUse;
  return createApprovals({
    folder: context.cwd,
    home: context.home,
    env: context.env,
    // What is in the cache is no secret, and long outputs lie there, in which commands may look.
    ownFolders: [context.configFolder, context.dataFolder],
    flags: { allow, ask, deny, allowAll, addDirs: listFolders(context, toolUse), reads },
    store: createApprovalStore({
      path: toPaths(context.env).approvalsFile,
      onNotice: context.warn,
      signal: context.signal,
    }),
    askPerson,
    onNotice: context.warn,
    onKept: (rules) =>
      context.notice(`Kept for this folder: ${rules.join(', ')}. /permissions takes it back.`),
  });
}

/** The folders of `--add-dir`. Throws CliError `usage` for one that is not there. */
export function listFolders({ cwd }: Context, { folders }: ToolUse): string[] {
  return folders.map((folder) => toFolder(cwd, folder));
}

function toFolder(cwd: string, name: string): string {
  const folder = resolve(cwd, name);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new CliError('usage', `--add-dir ${name}: there is no such folder`);
}
