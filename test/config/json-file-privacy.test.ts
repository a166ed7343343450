import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { closeToOthers } from '../../src/config/json-file.ts';

function place(mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'secret'), '');
  chmodSync(join(folder, 'secret'), mode);
  return join(folder, 'secret');
}

it('says nothing of a file on Windows, whose modes mean nothing, and leaves it alone', () => {
  const path = place(0o666);
  const system = { platform: 'win32', uid: undefined } as const;
  expect(closeToOthers(path, () => expect.unreachable(), system)).toEqual({ kind: 'unknown' });
});

it.skipIf(process.platform === 'win32')('does not know who can read a file that is not there', () => {
  expect(closeToOthers(`${place(0o600)}-not`, () => expect.unreachable())).toEqual({ kind: 'unknown' });
});

it.skipIf(process.platform === 'win32')('calls a file exposed that another user owns', () => {
  const path = place(0o600);
  const system = { platform: 'linux', uid: statSync(path).uid + 1 } as const;
  expect(closeToOthers(path, () => expect.unreachable(), system)).toMatchObject({ kind: 'exposed' });
});
