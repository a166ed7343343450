import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide } from '../../src/tools/approvals/decide.ts';
import { formatRule, parseRule } from '../../src/tools/approvals/rule.ts';
import { createFolder } from './folder.ts';
import { readTree, writeTree } from './kept-folder.ts';

/** Without settings of a person. */
export const env = {
  PATH: process.env.PATH,
  HOME: '/nowhere',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@b',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@b',
};

export function git(folder: string, ...words: string[]): string {
  return execFileSync('git', words, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** What git writes for a first commit of `a`, by its content. */
const made = new Map<string, ReturnType<typeof readTree>>();

/** With `a` in its first commit. */
export function createRepository(folder = createFolder({ a: 'a\n' })): string {
  const content = readFileSync(join(folder, 'a'), 'latin1');
  const isBare = !existsSync(join(folder, '.git')) && !existsSync(join(folder, '.gitattributes'));
  const known = isBare ? made.get(content) : undefined;
  if (known) {
    mkdirSync(join(folder, '.git'));
    writeTree(known, join(folder, '.git'));
    return folder;
  }
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', 'a');
  git(folder, 'commit', '-qm', 'a');
  if (isBare) made.set(content, readTree(join(folder, '.git')));
  return folder;
}

/** Why it is asked about, and the rule by which it would be allowed for longer. */
export async function judge(
  folder: string,
  command: string,
  ...given: (string | { home?: string; addDirs?: string[] })[]
): Promise<{ why: string; always: string | undefined }> {
  const rules = given.filter((one) => typeof one === 'string');
  const { home = env.HOME, addDirs = [] } = given.find((one) => typeof one === 'object') ?? {};
  const decision = await decide([{ kind: 'shell', command }], {
    place: { folder, home },
    addDirs,
    rules: ['shell(git:*)', ...rules].map((text) => ({
      effect: 'allow',
      rule: parseRule(text),
      origin: 'flag',
    })),
    env: { ...env, HOME: home },
    allowsReads: true,
    allowsAll: false,
  });
  if (decision.type !== 'ask') return { why: decision.type, always: undefined };
  const [asked] = decision.asked;
  return { why: asked?.why ?? '', always: asked?.offer?.usual.rules.map(formatRule).join() };
}

/** The rule that is offered for what the folder of git holds, and expected to be. */
export async function agree(folder: string, command = 'git status'): Promise<string> {
  const { why, always } = await judge(folder, command);
  if (always === undefined) throw new Error(`nothing is offered: ${why}`);
  return always;
}

export const isAllowed = { why: 'allow', always: undefined };
export const everyday = ['git status', 'git diff', 'git log -p', 'git add a', 'git commit -m a', 'git fetch'];
