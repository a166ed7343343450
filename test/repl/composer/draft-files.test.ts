import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, renameSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toData, toTyped } from '../../../src/prompt-text.ts';
import { createDraftFiles, forgetDrafts } from '../../../src/repl/composer/draft-files.ts';
import { createFolder } from '../../helpers/folder.ts';

/** A draft that a process with this number has left. */
function leave(dataFolder: string, text: string, pid: number | undefined): string {
  createDraftFiles({ dataFolder, isKept: true }).keep([toTyped(text)]);
  const folder = join(dataFolder, 'drafts');
  const own = readdirSync(folder).find((name) => name.startsWith(`${process.pid}-`)) ?? '';
  renameSync(join(folder, own), join(folder, `${pid}-a.json`));
  return join(folder, `${pid}-a.json`);
}

async function findEndedProcess(): Promise<number | undefined> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'close');
  return child.pid;
}

describe('the draft of a chat', () => {
  it('is found by a later chat if its own has ended, with what was pasted, until it is forgotten', async () => {
    const dataFolder = createFolder();
    leave(dataFolder, 'of the living', process.ppid);
    leave(dataFolder, 'of the dead', await findEndedProcess());
    const earlier = createDraftFiles({ dataFolder, isKept: true });
    // A container gives each process the same number.
    earlier.keep([toData('of the same number'), toTyped('behind it')]);
    const files = createDraftFiles({ dataFolder, isKept: true });
    files.keep([toTyped('of this chat')]);
    const { drafts, forget } = files.findLeft();
    expect(drafts).toHaveLength(3);
    expect(drafts).toContainEqual(toTyped('of the dead'));
    expect(drafts).toContainEqual(toData('of the same number'));
    expect(drafts).toContainEqual(toTyped('behind it'));
    forget();
    expect(files.findLeft().drafts).toEqual([]);
    expect(readdirSync(join(dataFolder, 'drafts'))).toHaveLength(2);
  });

  it('is found after a restart of the machine, whatever has the number of its process now', () => {
    const dataFolder = createFolder();
    const path = leave(dataFolder, 'before the power cut', process.ppid);
    utimesSync(path, 1, 1);
    const { drafts } = createDraftFiles({ dataFolder, isKept: true }).findLeft();
    expect(drafts).toEqual([toTyped('before the power cut')]);
  });

  it.skipIf(process.platform === 'win32')('is for its owner alone', () => {
    const dataFolder = createFolder();
    const path = leave(dataFolder, 'secret', process.ppid);
    expect([path, join(path, '..')].map((one) => statSync(one).mode & 0o777)).toEqual([0o600, 0o700]);
  });

  it('is removed when it is sent or cleared, and with the conversations', () => {
    const dataFolder = createFolder();
    const files = createDraftFiles({ dataFolder, isKept: true });
    files.keep([toTyped('one')]);
    files.keep([]);
    leave(dataFolder, 'said', 1);
    leave(dataFolder, 'unsaid', 2);
    forgetDrafts(dataFolder, (prompt) => prompt === 'said');
    expect(readdirSync(join(dataFolder, 'drafts'))).toEqual(['2-a.json']);
    files.keep([toTyped('said'), toTyped('behind it')]);
    forgetDrafts(dataFolder, (prompt) => prompt === 'said');
    expect(createDraftFiles({ dataFolder, isKept: true }).findLeft().drafts).toContainEqual(
      toTyped('behind it'),
    );
    forgetDrafts(dataFolder, 'all');
    expect(readdirSync(join(dataFolder, 'drafts'))).toEqual([]);
  });

  it('is not written, and none is read, if nothing is to be kept', () => {
    const dataFolder = createFolder();
    const files = createDraftFiles({ dataFolder, isKept: false });
    files.keep([toTyped('one')]);
    expect(readdirSync(dataFolder)).toEqual([]);
    utimesSync(leave(dataFolder, 'left', 1), 1, 1);
    expect(files.findLeft().drafts).toEqual([]);
  });
});
