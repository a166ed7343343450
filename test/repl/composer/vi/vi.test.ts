import { describe, expect, it, vi as spy } from 'vitest';
import { createDraft, moveTo, setText } from '../../../../src/repl/composer/draft.ts';
import { insert } from '../../../../src/repl/composer/edit-draft.ts';
import { readDraft } from '../../../../src/repl/composer/pastes.ts';
import { parseViCommand } from '../../../../src/repl/composer/vi/command.ts';
import { createViKeys } from '../../../../src/repl/composer/vi/vi-keys.ts';
import { toKey } from '../../../../src/repl/keys/key.ts';
import sequences from '../../../fixtures/vi-sequences.json' with { type: 'json' };
import { createRandom } from '../../../helpers/random.ts';
import { longPaste, pasteAll } from '../drafts.ts';
import { hasVim, runInVim, type ViCase } from './real-vim.ts';
import { press, pressAll, startNormal } from './vi-cases.ts';

/** `be▮fore`: the cursor is on the `f`. */
function parsePicture(picture: string): { text: string; cursor: number } {
  const cursor = picture.indexOf('▮');
  return { text: picture.replace('▮', ''), cursor };
}

function toPicture({ text, cursor }: { text: string; cursor: number }): string {
  return `${text.slice(0, cursor)}▮${text.slice(cursor)}`;
}

function runHere({ text, cursor, keys }: ViCase): string {
  return toPicture(pressAll(startNormal(text, cursor), `${keys}<esc>`).draft);
}

describe('vi keys', () => {
  it.each(sequences)('$keys makes of $before what Vim makes of it', ({ before, keys, after }) => {
    expect(runHere({ ...parsePicture(before), keys })).toBe(after);
  });

  it('never leave the text for an unknown command, and never throw, whatever is pressed', () => {
    const random = createRandom(11);
    const keys = [...'hjklwbeWBE0^$gGfFtT;,%dcyxXr~sSDCYpPuJoOIAiavV./zq"(5', '<esc>', '<c-r>', ' '];
    for (let round = 0; round < 400; round += 1) {
      let step = startNormal(random.pick(['one (two) "three"\n\nfour', 'é👩‍👩‍👧漢 x\ty', '', '\n\n']), 0);
      for (let count = 0; count < 30; count += 1) {
        step = press(step, random.pick(keys));
        const { text, cursor } = step.draft;
        expect(cursor).toBeGreaterThanOrEqual(0);
        expect(cursor).toBeLessThanOrEqual(text.length);
      }
    }
  });

  it('take a folded paste as one word, and put it back whole', () => {
    const { draft } = startNormal('look: ', 5);
    const pasted = pasteAll({ ...draft, cursor: 6 }, longPaste);
    const start = { vi: startNormal('', 0).vi, draft: { ...pasted, cursor: 6 } };
    expect(readDraft(pressAll(start, 'x').draft).text).toBe('look: ');
    expect(readDraft(pressAll(start, 'diw').draft).text).toBe('look: ');
    expect(readDraft(pressAll(start, 'x0P').draft).text).toBe(`${longPaste}look: `);
    const begun = press(startNormal('', 0), '2');
    const inserting = press(begun, 'i');
    const twice = press({ ...inserting, draft: pasteAll(inserting.draft, 'x@y!/z') }, '<esc>');
    expect(readDraft(twice.draft).text).toBe('x@y!/zx@y!/z');
    expect(readDraft(pressAll(twice, '$.').draft).text).toContain('x@y!/zx@y!/x@y!/z');
    expect(readDraft(pressAll(start, 'xu').draft).text).toBe(`look: ${longPaste}`);
  });

  it('move by whole characters', () => {
    const family = '👩‍👩‍👧';
    expect(runHere({ text: `a${family}b`, cursor: 0, keys: 'lx' })).toBe('a▮b');
    expect(runHere({ text: `a${family}b`, cursor: 0, keys: '$hx' })).toBe('a▮b');
    expect(runHere({ text: `e\u0301a`, cursor: 0, keys: 'x' })).toBe('▮a');
  });

  it.each<[string[], unknown]>([
    [['3', 'd', '2', 'w'], { count: 6, operator: 'd', key: 'w', character: undefined }],
    [['d', 'i'], 'partial'],
    [['1', '0'], 'partial'],
    [['d', 'p'], undefined],
    [['f', '<c-r>'], undefined],
    [
      ['9', '9', '9', '9', '9', '9', '9', 'x'],
      { count: 99_999, operator: undefined, key: 'x', character: undefined },
    ],
  ])('read %j as %j', (keys, command) => {
    expect(parseViCommand(keys, false)).toEqual(command);
  });
});

describe.skipIf(!hasVim)('the real Vim', { tags: 'deep' }, () => {
  it('does what the recorded sequences say', { timeout: 60_000 }, async () => {
    const cases = sequences.map(({ before, keys }) => ({ ...parsePicture(before), keys: `${keys}<esc>` }));
    const results = await runInVim(cases);
    expect(results.map(toPicture)).toEqual(sequences.map(({ after }) => after));
  });

  it('does the same with random commands', { timeout: 60_000 }, async () => {
    const cases = createCases(600);
    const results = await runInVim(cases.map((one) => ({ ...one, keys: `${one.keys}<esc>` })));
    const differences = cases.flatMap((one, index) => {
      const [ours, theirs] = [runHere(one), toPicture(results[index] ?? { text: '', cursor: 0 })];
      return ours === theirs ? [] : [{ keys: one.keys, before: toPicture(one), ours, theirs }];
    });
    expect(differences).toEqual([]);
  });
});

const texts = [
  'one two three four',
  'foo.bar(baz, "qux quux") + [1, 2]; end',
  '  indented line here\nsecond (line) of it\n\n  third\nlast one',
  'if (a && (b || c)) {\n  call("x y", z);\n  more();\n}\nafter',
  'a\n\nb b\nc\n\n\nd d d',
  'päivää wörld, ünïcode tëxt',
  'say "hello there" and \'bye now\' or `code` "x"',
];
const motions = [
  ...[
    'h',
    'l',
    'w',
    'b',
    'e',
    'W',
    'B',
    'E',
    '0',
    '^',
    '$',
    'gg',
    'G',
    'j',
    'k',
    'fo',
    'Fo',
    'to',
    'To',
    '%',
  ],
  ...['2w', '3l', '2b', '2e', 'ge', 'gE', 'g_', '3j', '2k', '2G', '_', '2fo', '3h', '2to;', 'fo,'],
];
const objects = [
  'iw',
  'aw',
  'iW',
  'aW',
  'i"',
  'a"',
  'i(',
  'a(',
  'i[',
  'a[',
  'i{',
  'a{',
  "i'",
  "a'",
  'ip',
  'ap',
];
const others = [
  ...[
    'x',
    '3x',
    'X',
    '2X',
    'rZ',
    '2rZ',
    '~',
    '4~',
    'D',
    'Y',
    '2dd',
    '2yyp',
    'ddp',
    'yyP',
    'x.',
    'dw.',
    'xu',
    'ddu',
  ],
  ...[
    'iAB<esc>',
    'aAB<esc>',
    'IAB<esc>',
    'AAB<esc>',
    'oAB<esc>',
    'OAB<esc>',
    '2sQ<esc>',
    'CQ<esc>',
    'SQ<esc>',
  ],
  ...[
    '3iab<esc>',
    'vld',
    'vey$p',
    'v$d',
    'vjd',
    'viwd',
    'vipd',
    'Vjd',
    'vbd',
    'veU',
    'vl~',
    'verZ',
    'veoX<esc>',
  ],
];

function createCases(count: number): ViCase[] {
  const random = createRandom(21);
  return Array.from({ length: count }, () => {
    const text = random.pick(texts);
    const place = random.integer(text.length - 1);
    // Outside insert mode the cursor stands at the end of empty lines only.
    const cursor = text[place] === '\n' && text[place - 1] !== '\n' ? place - 1 : place;
    const operator = random.pick(['d', 'c', 'y']);
    const typed = operator === 'c' ? 'N<esc>' : '';
    const keys = random.pick([
      random.pick(motions),
      operator + random.pick(motions) + typed,
      operator + random.pick(objects) + typed,
      random.pick(others),
    ]);
    return { text, cursor, keys };
  });
}

describe('Esc and a key that follows at once', () => {
  /** On a terminal that sends the same for both as for Alt and the key. */
  function start(text: string, { knowsAlt = false } = {}) {
    let draft = moveTo(setText(createDraft(), text), text.length);
    const onEscape = spy.fn();
    const keys = createViKeys({
      getDraft: () => draft,
      setDraft: (given) => {
        draft = given;
      },
      type: (typed) => {
        draft = insert(draft, typed);
      },
      onMode: () => {},
      stopsAtOnce: () => false,
      up: () => {},
      down: () => {},
      searchHistory: () => {},
      knowsAlt: () => knowsAlt,
      escape: onEscape,
    });
    const alt = (name: string, more = {}): boolean => keys.take(toKey(name, { alt: true, ...more }));
    return { take: keys.take, alt, onEscape, getText: () => draft.text };
  }

  it('are both, in insert mode', () => {
    const { alt, getText } = start('hello world');
    expect(alt('b')).toBe(true);
    alt('x');
    expect(getText()).toBe('hello orld');
  });

  it('are both, in normal mode, and Esc has its usual meaning there', () => {
    const { take, alt, onEscape, getText } = start('hello world');
    take(toKey('escape'));
    alt('d');
    take({ type: 'text', text: 'd' });
    expect(getText()).toBe('');
    expect(onEscape).toHaveBeenCalledOnce();
  });

  it('are both behind a begun command and in visual mode', () => {
    const begun = start('hello world');
    begun.take(toKey('escape'));
    begun.take({ type: 'text', text: '0d' });
    begun.alt('w');
    begun.take({ type: 'text', text: 'x' });
    expect(begun.getText()).toBe('hello orld');
    const visual = start('hello world');
    visual.take(toKey('escape'));
    visual.take({ type: 'text', text: '0vl' });
    visual.alt('d', { shift: true });
    expect(visual.getText()).toBe('h');
    expect(begun.onEscape).not.toHaveBeenCalled();
    expect(visual.onEscape).not.toHaveBeenCalled();
  });

  it('are Alt and the key where the terminal tells them apart', () => {
    const { take, alt, getText } = start('hello world', { knowsAlt: true });
    take(toKey('escape'));
    expect(alt('d')).toBe(false);
    expect(getText()).toBe('hello world');
  });
});
