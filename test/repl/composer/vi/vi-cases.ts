import { createDraft, type Draft } from '../../../../src/repl/composer/draft.ts';
import { insert, reduceDraft } from '../../../../src/repl/composer/edit-draft.ts';
import { leaveInsert, pressVi } from '../../../../src/repl/composer/vi/vi.ts';
import { initialVi, type ViStep } from '../../../../src/repl/composer/vi/vi-state.ts';
import { wide } from '../drafts.ts';

/** Keys as they are pressed, one by one: characters, `<esc>`, `<c-r>`, `<bs>`. */
export function splitKeys(keys: string): string[] {
  return keys.match(/<(?:esc|c-r|bs)>|[\s\S]/gu) ?? [];
}

/** A draft in normal mode. */
export function startNormal(text: string, cursor: number): ViStep {
  return { vi: { ...initialVi, mode: 'normal' }, draft: { ...createDraft(text), cursor } };
}

/** Presses keys as the chat does: in insert mode they are typed. */
export function press({ vi, draft }: ViStep, key: string): ViStep {
  if (vi.mode !== 'insert') return pressVi(vi, draft, key);
  if (key === '<esc>') return leaveInsert(vi, draft);
  const typed: Draft = key === '<bs>' ? reduceDraft(draft, 'delete-back', wide) : insert(draft, key);
  return { vi, draft: typed };
}

export function pressAll(start: ViStep, keys: string): ViStep {
  return splitKeys(keys).reduce(press, start);
}
