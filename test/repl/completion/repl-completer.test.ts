import { describe, expect, it } from 'vitest';
import { createReplCompleter } from '../../../src/repl/completion/repl-completer.ts';
import { setText } from '../../../src/repl/composer/draft.ts';
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
