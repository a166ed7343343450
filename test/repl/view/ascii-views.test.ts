import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';
import type { Model } from '../../../src/copilot/model.ts';
import { createDraft } from '../../../src/repl/composer/draft.ts';
import { insert } from '../../../src/repl/composer/edit-draft.ts';
import { keyBindings } from '../../../src/repl/composer/key-bindings.ts';
import { createApproval } from '../../../src/repl/dialogs/approval.ts';
import type { Dialog } from '../../../src/repl/dialogs/dialog.ts';
import { createLook } from '../../../src/repl/look.ts';
import { initialState, type ReplState } from '../../../src/repl/state.ts';
import { createPanelRenderer } from '../../../src/repl/view/render-panel.tsx';
import { toAscii } from '../../../src/terminal/ascii.ts';
import { createTestRepl } from '../../helpers/repl-app.ts';

const look = createLook({
  themeChoice: 'none',
  background: undefined,
  level: 'none',
  links: false,
  motion: true,
  statusFields: ['model', 'context', 'cost', 'quota'],
});
const ascii = /^[\n\x20-\x7e]*$/;

/** The texts of a source file: comments and patterns are not shown. */
function listTexts(file: string): string[] {
  const texts: string[] = [];
  const visit = (node: unknown): void => {
    if (!(node instanceof Object)) return;
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    const { type, value } = node as { type?: string; value?: unknown };
    if ((type === 'Literal' || type === 'JSXText') && typeof value === 'string') texts.push(value);
    if (type === 'TemplateElement') texts.push((value as { cooked: string }).cooked);
    Object.values(node).forEach(visit);
  };
  visit(parseAst(readFileSync(file, 'utf8'), { lang: file.endsWith('x') ? 'tsx' : 'ts' }));
  return texts;
}

describe('a terminal without UTF-8', () => {
  const files = readdirSync('src/repl', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.tsx?$/.test(file),
  );

  it('gets a twin of ASCII for every sign in the texts of the chat', () => {
    const texts = files.flatMap((file) => listTexts(join('src/repl', file)));
    expect(texts.length).toBeGreaterThan(3000);
    // Half a surrogate pair stands for a paste inside of a draft, and never leaves it.
    const shown = texts
      .filter((text) => !/[\ud800-\udfff]/.test(text))
      .map((text) => text.replaceAll(/\p{Cc}/gu, ''));
    expect(shown.filter((text) => !ascii.test(toAscii(text)))).toEqual([]);
  });

  it('is told keys by their names: a twin of an arrow is another key', () => {
    const texts = files.flatMap((file) => listTexts(join('src/repl', file)));
    expect(texts.filter((text) => /[↑↓←]/.test(text))).toEqual([]);
  });

  const option = { values: ['default', 'low'], index: 1 };
  const pick: Dialog = {
    type: 'pick',
    title: 'Which model?',
    items: [
      { text: 'gpt-5', cells: ['264k'], description: 'x'.repeat(300), isCurrent: true, option },
      { text: 'haiku', cells: ['200k'], description: '' },
    ],
    columns: ['Effort', 'Context'],
    ways: { enter: 'this conversation', tab: 'also new ones', word: 'always' },
    filter: '',
    selected: 0,
  };
  const approval = {
    ...createApproval({
      question: `Run this\u202e command? ${'long '.repeat(90)}`,
      notes: [],
      body: Array.from({ length: 90 }, (_, at) => ({ kind: 'text' as const, text: `line ${at}` })),
      mustBeSeen: true,
      choices: [{ text: 'yes, once', isYes: true }],
    }),
    isSeen: true,
  };
  const prompt = { text: 'why\nnot', attachments: [] } as never;
  const facts: ReplState['facts'] = {
    ...initialState.facts,
    model: { id: 'gpt-5.3-codex', contextTokens: 1_000, promptTokens: 1_000 } as Model,
    credits: { spent: 1.5, isEstimated: true },
  };
  const states: [string, Partial<ReplState>][] = [
    ['a list', { dialog: pick }],
    ['a question about a call', { dialog: approval }],
    ['the same, answered in words', { dialog: { ...approval, typed: { choice: 0, reason: '' } } }],
    ['a question', { dialog: { type: 'confirm', question: 'Sure?', byDefault: true, isSeen: true } }],
    ['a question that waits', { waitingDialog: pick }],
    ['the keys', { help: { type: 'keys', bindings: keyBindings, isVi: true } }],
    ['a search', { help: { type: 'history-search', query: 'why', found: 'why not', index: 0 } as never }],
    [
      'what waits',
      { queue: [prompt, prompt, prompt, prompt], isHeld: true, draft: insert(createDraft(), 'and') },
    ],
    ['work', { work: { label: 'Asking', startedAt: 0, received: 100 } as never }],
    ['attachments', { attachments: ['photo.png, 3×4', 'b.txt'] }],
  ];

  it.each(states.flatMap((one) => [40, 80].map((columns) => [...one, columns] as const)))(
    'gets %s in ASCII: %j, in %i columns',
    (_, changes, columns) => {
      const renderer = createPanelRenderer();
      const state = { ...initialState, facts, ...changes };
      const lines = renderer.render({ state, look, columns, listRows: 9, rows: 24, now: 10_000 });
      renderer.close();
      expect(lines.join('').trim()).not.toBe('');
      expect(toAscii(lines.join('\n'))).toMatch(ascii);
    },
  );

  it('gets answers, commands and failures in ASCII', async () => {
    const answer = {
      text: '# Head\n\n- one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> said\n\n```ts\nlet a;\n```\n',
    };
    const { run, take } = await createTestRepl({ answer, columns: 60 });
    for (const words of ['hello', '/help', '/keys', '/context', '/usage', '/status', '/models', '/nothing'])
      await run(words);
    expect(toAscii(take())).toMatch(ascii);
  });
});
