import { expect, it } from 'vitest';
import type { CallState } from '../../../src/conversation/conversation.ts';
import { describeCall, describeEnd, describeFailure } from '../../../src/repl/calls/describe-call.ts';

it.each<[state: CallState, text: string, failure: string | undefined]>([
  [
    'failed',
    'total 12\nfatal: not a git repository\nExit code 128.',
    'fatal: not a git repository · Exit code 128.',
  ],
  ['failed', 'Exit code 1.', 'Exit code 1.'],
  ['failed', `${'x\n'.repeat(500_000)}\n\nlast\n\n`, 'x · last'],
  ['refused', 'The user said no to this call.', 'You said no.'],
  ['failed', ' \n\n', undefined],
  ['failed', 'a\u001b[2Jb\nc\u202ed', 'a[2Jb · cd'],
  ['done', 'all well', undefined],
  ['stopped', 'half', undefined],
])('a call that is %s says why by the end of its words: %#', (state, text, failure) => {
  const parts = [{ type: 'text' as const, text }];
  const ended = {
    type: 'tool-ended' as const,
    index: 0,
    name: 'bash',
    summary: 'bash',
    seconds: 0,
    state,
    parts,
  };
  expect(describeFailure(ended)).toBe(failure);
});

it.each([
  ['one\ntwo\n[Exit code 0.]', '2 lines'],
  ['(no output)\n[Exit code 0.]', ''],
  ['one\n(no output)\n[Exit code 0.]', '2 lines'],
  ['the file says [Exit code 0.]', '1 line'],
])('a result counts its own lines, not the end of a command: %j', (text, words) => {
  const parts = [{ type: 'text' as const, text }];
  const call = { type: 'tool-ended' as const, index: 0, name: 'bash', summary: 'bash', seconds: 0, parts };
  expect(describeEnd({ ...call, state: 'done' })).toBe(words);
});

it.each([
  ['bash', '{"command":"npm test"}', 'bash npm test'],
  ['bash', '{"command":"ls\\ntouch x"}', 'bash "ls\\ntouch x"'],
  ['grep', '{"pattern":"a in docs"}', 'grep "a in docs"'],
  ['view', '{"path":"a.txt"}', 'view a.txt'],
  ['view', '{"path":"a.txt · 3 lines"}', 'view "a.txt · 3 lines"'],
  ['view a.txt', '{}', '"view a.txt"'],
  ['x', 'no JSON', 'x'],
])('a call without a line of its own is told by its first value: %s %s', (name, input, words) => {
  expect(describeCall(name, input)).toBe(words);
});
