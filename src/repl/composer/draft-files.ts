import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { uptime } from 'node:os';
import { basename, join } from 'node:path';
import { ensureFolder } from '../../ensure-folder.ts';
import { readFileNow } from '../../read-file-now.ts';
import { writeAtomically } from '../../write-atomically.ts';
import type { KeptPrompt } from '../turns/kept-attachments.ts';
import { readPrompts, toLine } from './history-file.ts';

/** The drafts of each running chat, in a file of its own, so that not even SIGKILL loses it. */
export type DraftFiles = {
  /**
   * Writes the drafts of this chat; without any, removes the file. False if that failed or nothing is kept. Never throws: whoever types must
   * not be stopped.
   */
  keep(drafts: readonly KeptPrompt[]): boolean;
  /** The drafts of chats that were killed. `forget` removes them. */
  findLeft(): { drafts: KeptPrompt[]; forget(): void };
};

type DraftFilesOptions = {
  /** The data folder. */
  dataFolder: string;
  /** False if nothing is written. */
  isKept: boolean;
};

export function createDraftFiles({ dataFolder, isKept }: DraftFilesOptions): DraftFiles {
  const folder = join(dataFolder, folderName);
  const ownName = `${process.pid}-${randomBytes(4).toString('hex')}.json`;
  const path = join(folder, ownName);
  let isThere = false;
  return {
    keep(drafts) {
      if (!isKept || (drafts.length === 0 && !isThere)) return isKept;
      try {
        if (drafts.length === 0) rmSync(path, { force: true });
        else {
          ensureFolder(folder, 0o700);
          writeDrafts(path, drafts);
        }
        isThere = drafts.length > 0;
        return true;
      } catch {
        // The draft is still in the composer.
        return false;
      }
    },
    findLeft() {
      const names = isKept ? listFiles(dataFolder).filter((name) => name !== ownName) : [];
      const paths = names.map((name) => join(folder, name)).filter((one) => !isOfRunningChat(one));
      return {
        drafts: paths.flatMap(readDraftFile),
        forget() {
          for (const one of paths) rmSync(one, { force: true });
        },
      };
    },
  };
}

/** Removes some or all drafts, also those of running chats. */
export function forgetDrafts(dataFolder: string, isForgotten: 'all' | ((prompt: string) => boolean)): void {
  for (const name of listFiles(dataFolder)) {
    const path = join(dataFolder, folderName, name);
    const drafts = readDraftFile(path);
    const kept = isForgotten === 'all' ? [] : drafts.filter(({ text }) => !isForgotten(text));
    if (isForgotten === 'all' || (kept.length === 0 && drafts.length > 0)) rmSync(path, { force: true });
    else if (kept.length < drafts.length) writeDrafts(path, kept);
  }
}

const folderName = 'drafts';

function listFiles(dataFolder: string): string[] {
  try {
    return readdirSync(join(dataFolder, folderName));
  } catch {
    return [];
  }
}

function writeDrafts(path: string, drafts: readonly KeptPrompt[]): void {
  writeAtomically(path, drafts.map((draft) => toLine(draft)).join(''), { mode: 0o600 });
}

function readDraftFile(path: string): KeptPrompt[] {
  try {
    return readPrompts(readFileNow(path).toString('utf8'));
  } catch {
    return [];
  }
}

/** The number of a process may be in use again, by this one or after a restart of the machine. */
function isOfRunningChat(path: string): boolean {
  const pid = Number.parseInt(basename(path), 10);
  try {
    const isOld = statSync(path).mtimeMs < Date.now() - uptime() * 1000;
    return pid !== process.pid && !isOld && process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
