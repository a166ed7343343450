import { describe, expect, it } from 'vitest';
import { createTestRepl } from '../../helpers/repl-app.ts';

describe('a list that is left with Esc', () => {
  it.each([
    ['/model', 'The model is still gpt-5.3-codex.'],
    ['/theme', 'The theme is still none.'],
    ['/status-line', 'The status line is off.'],
    ['/edit', 'Nothing was changed.'],
    ['/sessions', 'You stay in this conversation.'],
    ['/search first', 'You stay in this conversation.'],
    ['/branches', 'You stay on this branch.'],
  ])('says what stays: %s', async (command, words) => {
    const repl = await createTestRepl();
    await repl.run('the first prompt');
    await repl.run('/retry');
    repl.take();
    await repl.run(command, undefined);
    expect(repl.take().trimEnd()).toMatch(new RegExp(`${words.replaceAll('.', '\\.')}$`));
  });

  it('keeps the effort, and says which', async () => {
    const repl = await createTestRepl();
    await repl.run('/model gpt-5.4');
    for (const [before, words] of [
      ['/effort default', "The effort is still the model's own."],
      ['/effort high', 'The effort is still high.'],
    ] as const) {
      await repl.run(before);
      await repl.run('/effort', undefined);
      expect(repl.take().trimEnd()).toMatch(new RegExp(`${words}$`));
    }
  });
});

describe('a list of settings', () => {
  it.each([
    ['/theme light', '/theme', 'light ✓'],
    ['/effort low', '/effort', 'low ✓'],
    ['/model gpt-5.3-codex', '/model', 'gpt-5.3-codex ✓'],
  ])('marks what %s chose', async (choice, list, row) => {
    const repl = await createTestRepl({ repl: { model: 'gpt-5-mini' } });
    await repl.run('hello');
    await repl.run(choice);
    await repl.run(list, undefined);
    expect(repl.rows.filter((one) => one.includes('✓')).map((one) => one.split(' | ')[0])).toEqual([row]);
  });
});

describe('a list that stays open', () => {
  it('keeps the row that Enter switched', async () => {
    const repl = await createTestRepl();
    await repl.run('/status-line', 'speed', 'tokens', '', undefined);
    expect(repl.take()).toContain('The status line shows: speed;');
    expect(repl.context.settings.get('status-line').value).toBe('speed');
  });
});

describe('what sets a setting of the chat', () => {
  it.each(['/theme dark', '/status-line speed', '/status-line none', '/vim on', '/vim off'])(
    'says that it is for later chats, too: %s',
    async (words) => {
      const repl = await createTestRepl();
      Object.assign(repl.app, { setEditorMode: async () => {} });
      await repl.run(words);
      expect(repl.take()).toMatch(/for later chats, too|is saved/);
    },
  );

  it('says nothing of it if nothing is changed', async () => {
    const repl = await createTestRepl();
    await repl.run('/theme', undefined);
    await repl.run('/status-line', undefined);
    expect(repl.take()).not.toMatch(/later chats/);
  });
});

describe('the fields of the status line', () => {
  it.each([
    ['speed,model', 'The status line shows: model, speed;', 'model,speed'],
    ['Speed model', 'The status line shows: model, speed;', 'model,speed'],
    ['NONE', 'The status line is off;', 'none'],
  ])('are named after they were typed: %s', async (words, said, kept) => {
    const repl = await createTestRepl();
    await repl.run(`/status-line ${words}`);
    expect(repl.take()).toContain(said);
    expect(repl.context.settings.get('status-line').value).toBe(kept);
  });

  it.each([
    ['model,weather', 'The status line cannot show weather: it is none, or any of model, '],
    [',', 'The status line names no field: it is none, or any of model, '],
    ['none,model', 'The status line cannot show none beside other fields.'],
  ])('stay as they are with one that is unknown, or with none: %s', async (words, said) => {
    const repl = await createTestRepl();
    await repl.run('/status-line speed');
    await repl.run(`/status-line ${words}`);
    expect(repl.take()).toContain(said);
    expect(repl.context.settings.get('status-line').value).toBe('speed');
    expect(repl.app.look.statusFields).toEqual(['speed']);
  });

  it('are ticked in the list as the sample shows them, after each switch', async () => {
    const repl = await createTestRepl({ repl: { model: 'gpt-5-mini' } });
    await repl.run('hello');
    await repl.run('/status-line model');
    const seen: string[] = [];
    const { pickAct } = repl.app.dialogs;
    repl.app.dialogs.pickAct = (title, items, options) => {
      const ticked = items.filter(({ text }) => text.startsWith('[x]')).map(({ text }) => text.slice(4));
      seen.push(`${ticked.join()}: ${items.flatMap(({ sample }) => sample)[0]}`);
      return pickAct(title, items, options);
    };
    await repl.run('/status-line', 'tokens', 'model', undefined);
    expect(seen).toEqual([
      expect.stringMatching(/^model: ─ gpt-5-mini ─+ \/ commands · \? keys ─$/),
      expect.stringMatching(/^model,tokens: ─ gpt-5-mini · .* in · .* out ─/),
      expect.stringMatching(/^tokens: ─ \d+ in · \d+ out ─/),
    ]);
  });

  it('are shown in the sample only if the line above the prompt has room for them', async () => {
    const repl = await createTestRepl({ columns: 40, repl: { model: 'gpt-5-mini' } });
    await repl.run('hello');
    await repl.run('/status-line model,context,cost,quota,tokens,speed');
    const samples: string[] = [];
    const { pickAct } = repl.app.dialogs;
    repl.app.dialogs.pickAct = (title, items, options) => {
      samples.push(...items.flatMap(({ sample = [] }) => sample));
      return pickAct(title, items, options);
    };
    await repl.run('/status-line', undefined);
    expect(repl.listed).toEqual([
      '[x] model the model and its effort',
      expect.stringMatching(/^\[x\] context nothing to show yet: how full /),
      expect.stringMatching(/^\[x\] cost no room: /),
      '[x] quota quota that is left',
      expect.stringMatching(/^\[x\] tokens no room: /),
      expect.stringMatching(/^\[x\] speed (?:no room|nothing to show yet): /),
    ]);
    expect(samples[0]).toContain('─ gpt-5-mini');
    expect(samples[0]).not.toContain(' out');
    expect(samples[0]?.length).toBeLessThan(40);
  });
});

describe('the names in a list', () => {
  it.each([
    ['/sessions', '**Why** is `this` so?', 'Why is this so?'],
    ['/search why', 'why **that** [thing](https://example.com)', 'why that thing'],
    ['/edit', '> **why**', 'why'],
  ])('are words without the marks of Markdown: %s', async (command, prompt, words) => {
    const repl = await createTestRepl();
    await repl.run(prompt);
    await repl.run(command, undefined);
    expect(repl.listed).toEqual(expect.arrayContaining([expect.stringContaining(words)]));
    expect(repl.listed.join('\n')).not.toMatch(/[*`#>]/);
  });
});

describe('what followed an edited prompt', () => {
  it('is named as a branch if something was answered, and only then', async () => {
    const repl = await createTestRepl();
    repl.simulator.faults.add({ path: '/responses', status: 400, times: 1 });
    await repl.run('never answered');
    repl.take();
    await repl.run('/edit 1');
    await repl.run('asked anew');
    expect(repl.take()).toMatch(/Replaces prompt 1\.\n/);
    await repl.run('/edit 1');
    await repl.run('asked once more');
    expect(repl.take()).toContain('Replaces prompt 1. What followed stays: /branches');
  });
});

describe('/status in a narrow window', () => {
  it.each([40, 50, 60])('hangs values under themselves at %i columns', async (columns) => {
    const repl = await createTestRepl({ columns });
    await repl.run('/status');
    const lines = repl.take().split('\n').slice(1);
    const start = (lines.find((line) => /^Account/.test(line)) ?? '').search(/\S+$/);
    expect(start).toBeGreaterThan(8);
    const continued = lines.filter((line) => /^\s/.test(line) && line.trim() !== '');
    expect(continued.length).toBeGreaterThan(0);
    for (const line of continued) expect(line.search(/\S/)).toBe(start);
  });
});
