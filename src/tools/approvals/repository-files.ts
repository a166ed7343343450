import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What is in the folder of git of a repository that was made by git itself, at rest or in the middle of something. A newer git may do more with
 * other names. Most of the last ones are of programs around git.
 */
const usualNames = new RegExp(
  `^(?:${[
    String.raw`(?:[A-Z]+_)*HEAD|MERGE_(?:MODE|RR|AUTOSTASH)|AUTO_MERGE|BISECT_[A-Z_]+|NOTES_MERGE_\w+|(?:[A-Z]+_)*(?:EDITMSG|MSG)|EDIT_DESCRIPTION`,
    String.raw`config(?:\.worktree)?|description|(?:shared)?index(?:\.[\w-]+)*|packed-refs|shallow|commondir|gitdir|locked|gc\.(?:log|pid)`,
    'hooks|info|logs|refs|reftable|objects|lost-found|branches|remotes|worktrees|modules|rr-cache|lfs|rebase-merge|rebase-apply|sequencer',
    String.raw`ADD_EDIT\.patch|addp-hunk-edit\.diff|fsmonitor--daemon.*|maintenance\.lock|[\w.-]+\.lock|\.DS_Store|gitk\.cache|GITGUI_\w+`,
    'svn|annex|sourcetreeconfig.*|gk|gitbutler|branchless|machete|filter-repo|jj|cursor|opencode|claude|codex|copilot|vscode.*|zed',
  ].join('|')})$`,
);

/** Whether git's folder usually has a file or folder of this name. */
export function isUsual(name: string): boolean {
  return usualNames.test(name);
}

/** Those that only change commits, files and names. A command in full or its letter, or nothing but a note. */
const harmlessSteps =
  /^\s*(?:$|#|(?:p|pick|r|reword|e|edit|s|squash|f|fixup|d|drop|l|label|t|reset|m|merge|u|update-ref|b|break|noop|revert)(?:\s|$))/;
const usualStrategy = /^\s*(?:ort|recursive|resolve|octopus|ours|subtree)?\s*$/;
const harmlessOptions =
  /^\s*(?:$|[#;]|\[options\]\s*$|(?:no-commit|edit|allow-[\w-]+|(?:drop|keep)-redundant-commits|signoff|record-origin|mainline|strategy-option|gpg-sign|default-msg-cleanup|commit-use-reference)\s*(?:=|$))/i;

/** Whether something was begun that may run commands, or programs in the place of a strategy to merge, when it goes on. */
export function hasCommandsLeft(own: string): boolean {
  const isOf = (name: string, lines: RegExp): boolean =>
    readText(join(own, name))
      .split('\n')
      .every((line) => lines.test(line));
  return !(
    isOf('rebase-merge/git-rebase-todo', harmlessSteps) &&
    isOf('sequencer/todo', harmlessSteps) &&
    isOf('rebase-merge/strategy', usualStrategy) &&
    isOf('sequencer/opts', harmlessOptions)
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
