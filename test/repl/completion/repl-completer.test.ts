import { describe, expect, it, vi } from 'vitest';
import { findExisting } from '../../../src/attachments/find-mentions.ts';
import { createReplCompleter } from '../../../src/repl/completion/repl-completer.ts';
import { setText } from '../../../src/repl/composer/draft.ts';
import { readDraft } from '../../../src/repl/composer/pastes.ts';
import { createTestRepl } from '../../helpers/repl-app.ts';

describe('Enter on a half-typed command', () => {
  it.each([
    ['/ex', 'send', '/exit'],
    ['/exp', 'send', '/export'],
    ['/mo', 'send', '/model'],
    ['/st', 'send', '/status'],
    ['/b', 'send', '/branch'],
    ['/comp', 'send', '/compact'],
    ['/q', 'send', '/q'],
    ['/footer', 'send', '/footer'],
    ['/foo', undefined, '/foo'],
    ['/quot', undefined, '/quot'],
    ['/mdl', undefined, '/mdl'],
    ['/money', undefined, '/money'],
    ['/port', undefined, '/port'],
  ])('%s: %s %s', async (typed, expected, draft) => {
    const { app, core } = await createTestRepl();
    const completer = createReplCompleter(app, core.commands);
    app.dispatch({ type: 'draft', draft: setText(app.state.draft, typed) });
    completer.edited();
    expect(completer.accept()).toBe(expected);
    expect(app.state.draft.text).toBe(draft);
  });
});

describe('Tab behind the second @ of a word', () => {
  const files = { 'a.md': 'a', 'b.md': 'b', 'docs/my b.md': 'b', 'c.md,@d.md': 'one name' };

  it.each([
    ['@a.md,@b', '@a.md,@b.md '],
    ['(@a.md;@docs/my', '(@a.md;@"docs/my b.md" '],
    ['@./a.md,@./b', '@./a.md,@./b.md '],
    ['@a.md,@a.md,@b.', '@a.md,@a.md,@b.md '],
    ['@c.md,@d', '@c.md,@d.md '],
    ['@gone.md,@b.', '@gone.md,@b.md '],
  ])('completes %s to %s, which is read as it is shown', async (typed, expected) => {
    const { app, core } = await createTestRepl({ files });
    const completer = createReplCompleter(app, core.commands);
    app.dispatch({ type: 'draft', draft: setText(app.state.draft, typed) });
    completer.complete();
    await vi.waitFor(() => {
      completer.complete();
      expect(readDraft(app.state.draft).text).toBe(expected);
    });
    const { found, missing } = findExisting(readDraft(app.state.draft), app.context);
    expect(missing).toEqual(typed.includes('gone') ? ['gone.md'] : []);
    expect(found.at(-1)).toMatch(typed.startsWith('@c') ? /^c\.md,@d\.md$/ : /b\.md$/);
  });
});

describe('a command that needs words', () => {
  it.each([
    ['/rename', '/rename <name>'],
    ['/compare ', '/compare <model> <model> [model] [prompt]'],
    ['/search\t', '/search <words>'],
    ['/rename a', undefined],
    ['/model', undefined],
    ['/nothing', undefined],
    ['rename', undefined],
  ])('says which are missing: %j', async (typed, expected) => {
    const { app, core } = await createTestRepl();
    app.dispatch({ type: 'draft', draft: setText(app.state.draft, typed) });
    expect(createReplCompleter(app, core.commands).findMissing()).toBe(expected);
  });
});
