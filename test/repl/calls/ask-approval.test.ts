import { describe, expect, it } from 'vitest';
import { toAnswer, toApprovalDialog } from '../../../src/repl/calls/ask-approval.ts';
import type { Question } from '../../../src/tools/approvals/question.ts';

function listChoices(command: string, rule: string): string[] {
  const question: Question = {
    tool: { name: 'bash', title: 'Run a command', server: undefined },
    summary: `bash ${command}`,
    preview: { type: 'command', command, folder: '/w' },
    reasons: ['no rule allows it'],
    choices: [{ type: 'once' }, { type: 'folder', rules: [rule], what: 'this command' }, { type: 'no' }],
  };
  const { body, choices } = toApprovalDialog(question, { number: 1, of: 1 });
  expect(body.map(({ text }) => text)).toEqual([command]);
  return choices.map(({ text }) => text);
}

describe('a change that is too long to be shown', () => {
  const ask = (after: string) => {
    const preview = { type: 'diff' as const, files: [{ path: '/w/a', before: undefined, after }] };
    const question: Question = {
      tool: { name: 'create', title: 'Make a file', server: undefined },
      summary: 'create a',
      preview,
      reasons: ['no rule allows it'],
      choices: [{ type: 'once' }, { type: 'folder', rules: ['write(a)'], what: 'this file' }, { type: 'no' }],
    };
    const dialog = toApprovalDialog(question, { number: 1, of: 1 });
    return { ...dialog, decide: (choice: number) => toAnswer(question, { choice, reason: '' }) };
  };

  it.each([
    ['many lines', `${'// ok\n'.repeat(120_000)}evil()\n`],
    ['a long line', `${'x'.repeat(150_000)} evil()\n`],
  ])('has no yes: %s', (_, after) => {
    const { choices, notes, decide } = ask(after);
    expect(choices.map(({ isYes }) => isYes)).toEqual([false]);
    expect(notes).toEqual([expect.stringContaining('too long to be shown whole')]);
    expect(decide(0)).toEqual({ type: 'no' });
    expect(decide(1)).toEqual({ type: 'no' });
  });

  it('is shown to its end where it can be', () => {
    const { body, choices, notes, decide } = ask(`${'// ok\n'.repeat(60_000)}evil()\n`);
    expect(body.at(-1)).toMatchObject({ text: 'evil()', number: 60_001 });
    expect(choices.map(({ isYes }) => isYes)).toEqual([true, true, false]);
    expect(notes).toEqual([]);
    expect(decide(0)).toEqual({ type: 'once' });
  });
});

describe('the choices of a question about a command', () => {
  const long = `echo ${'word '.repeat(180)}end`;

  it.each([
    ['npm test', 'shell(npm test)', 'this command · shell(npm test)'],
    [long, `shell(${long})`, 'this command'],
    [long, `shell(${long}:*)`, `this command · shell(${long}:*)`],
  ])('name the rule, unless it only repeats a long command: %#', (command, rule, expected) => {
    expect(listChoices(command, rule)[1]).toBe(`always in this folder: ${expected}`);
  });
});

describe('the question about a change', () => {
  const ask = (summary: string, after: string | undefined, paths = ['/w/a']): string =>
    toApprovalDialog(
      {
        tool: { name: 'apply_patch', title: 'Change files', server: undefined },
        summary,
        preview: { type: 'diff', files: paths.map((path) => ({ path, before: 'one\n', after })) },
        reasons: [],
        choices: [{ type: 'once' }, { type: 'no' }],
      },
      { number: 1, of: 1 },
    ).question;

  it('says that a file is deleted', () => {
    expect(ask('apply_patch delete a', undefined)).toBe('Delete this file? apply_patch delete a');
    expect(ask('apply_patch delete a, delete b', undefined, ['/w/a', '/w/b'])).toBe(
      'Delete these files? apply_patch delete a, delete b',
    );
    expect(ask('apply_patch change a', '')).toBe('Make this change? apply_patch change a');
  });
});
