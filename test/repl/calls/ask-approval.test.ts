import { describe, expect, it } from 'vitest';
import { toApprovalDialog } from '../../../src/repl/calls/ask-approval.ts';
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
