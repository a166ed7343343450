import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeOldOutputs, removeOutputs, toOutputFolder } from '../../src/tools/outputs.ts';
import { createFolder } from '../helpers/folder.ts';

const day = 24 * 3600;

function fill(cache: string, conversation: string, { days = 0 } = {}): string {
  const folder = toOutputFolder(cache, conversation);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '1.txt'), 'output');
  const at = Date.now() / 1000 - days * day;
  utimesSync(folder, at, at);
  return folder;
}

describe('long outputs of commands', () => {
  it('go with their conversations, and no others', () => {
    const cache = createFolder({});
    const [one, other] = [fill(cache, 'one'), fill(cache, 'other')];
    removeOutputs(cache, ['one', 'none']);
    expect([existsSync(one), existsSync(other)]).toEqual([false, true]);
  });

  it('go after 30 days', () => {
    const cache = createFolder({});
    const [old, young, own] = [
      fill(cache, 'old', { days: 31 }),
      fill(cache, 'young', { days: 29 }),
      fill(cache, 'own'),
    ];
    removeOldOutputs(own, Date.now());
    expect([old, young, own].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  });

  it('that were never there are no failure', () => {
    expect(() => removeOldOutputs('/nowhere/outputs/one', Date.now())).not.toThrow();
    expect(() => removeOutputs('/nowhere', ['one'])).not.toThrow();
  });
});
