import { describe, expect, it } from 'vitest';
import { initialState, type ReplAction, reduce } from '../../src/repl/state.ts';

describe('a hint about a key', () => {
  const hinted = { ...initialState, hint: 'Ctrl+C again leaves' };

  it.each<[string, ReplAction]>([
    ['work begins', { type: 'work-began', label: 'Asking', at: 0 }],
    ['work ends', { type: 'work-ended' }],
  ])('vanishes when %s: then keys mean something else', (_, action) => {
    expect(reduce(hinted, action).hint).toBeUndefined();
  });

  it('stays while an answer goes on', () => {
    expect(reduce(hinted, { type: 'work-label', label: 'Answering' }).hint).toBe(hinted.hint);
  });
});

it('is the same state where a key changes no mode: nothing is drawn', () => {
  const pending = reduce(initialState, { type: 'vi-mode', viMode: 'normal', isPending: true });
  expect(pending).toMatchObject({ viMode: 'normal', isViPending: true });
  expect(reduce(pending, { type: 'vi-mode', viMode: 'normal', isPending: true })).toBe(pending);
  expect(reduce(pending, { type: 'vi-mode', viMode: 'normal', isPending: false })).not.toBe(pending);
});
