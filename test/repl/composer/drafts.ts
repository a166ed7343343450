import { createDraft, type Draft } from '../../../src/repl/composer/draft.ts';
import { type EditingCommand, insert, reduceDraft } from '../../../src/repl/composer/edit-draft.ts';
import type { RowOptions } from '../../../src/repl/composer/layout-draft.ts';
import { paste } from '../../../src/repl/composer/pastes.ts';

export const wide: RowOptions = { columns: 80, promptWidth: 2, continuationWidth: 2 };

/** `ab|cd`, the bar being the cursor. */
export function parseDraft(picture: string): Draft {
  const cursor = picture.indexOf('|');
  return { ...createDraft(picture.replace('|', '')), cursor };
}

export function toPicture({ text, cursor }: Draft): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

export function run(draft: Draft, ...commands: EditingCommand[]): Draft {
  return commands.reduce((before, command) => reduceDraft(before, command, wide), draft);
}

export function type(draft: Draft, text: string): Draft {
  return [...text].reduce(insert, draft);
}

export const longPaste = Array.from({ length: 213 }, (_, index) => `line ${index}`).join('\n');

export function pasteAll(draft: Draft, ...contents: string[]): Draft {
  return contents.reduce(paste, draft);
}
