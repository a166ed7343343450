import { describe, expect, it } from 'vitest';
import { toApprovalDialog } from '../../../src/repl/calls/ask-approval.ts';
import { toBody } from '../../../src/repl/calls/body.ts';
import { type ApprovalDialog, createApproval, stepApproval } from '../../../src/repl/dialogs/approval.ts';
import { layOutApproval, measureApproval } from '../../../src/repl/view/approval-layout.ts';
import { createTheme } from '../../../src/terminal/theme.ts';
import { createScreen } from '../../emulator/screen.ts';
import { crowdedTexts } from '../../helpers/crowded-texts.ts';

const theme = createTheme('none', 'none');
const size = { columns: 60, rows: 24 };

const ask = (command: string): ApprovalDialog =>
  createApproval({
    question: 'Run this command?',
    notes: ['It may run others.'],
    body: toBody(command),
    mustBeSeen: true,
    choices: [
      { text: 'yes, once', isYes: true },
      { text: 'no, and say what to do instead', isYes: false, says: true },
    ],
  });

/** The screen of a terminal that was given these rows. */
async function drawRows(
  dialog: ApprovalDialog,
  counting: 'graphemes' | 'code points',
  shape = size,
): Promise<string[]> {
  const screen = createScreen({ ...shape, counting });
  await screen.feed(layOutApproval({ ...dialog, isSeen: true }, { ...shape, theme }).join('\r\n'));
  const drawn = screen.screen();
  screen.dispose();
  return drawn;
}

describe.each(['graphemes', 'code points'] as const)(
  'on a terminal that counts %s, a question',
  (counting) => {
    it.each(crowdedTexts)(
      'stays on the screen, and is not read before its end was shown: %s',
      async (_, text) => {
        const dialog = ask(`touch x # ${text}\nnpm test`);
        const drawn = await drawRows(dialog, counting);
        expect(drawn.slice(0, 3)).toEqual([
          'Run this command?',
          '  It may run others.',
          expect.stringMatching(/^ {2}│ touch x #/),
        ]);
        const window = measureApproval(dialog, { ...size, theme });
        const step = stepApproval(dialog, { type: 'text', text: '1' }, window);
        expect(step).toMatchObject({ dialog: { hint: expect.stringContaining('Read to the end first') } });
      },
    );

    it.each(crowdedTexts)('keeps its choices apart, whatever is in the rules: %s', async (_, text) => {
      const some = Array.from(text).slice(0, 40).join('');
      const dialog = createApproval({
        question: `Make this change? create ${Array.from(text).slice(0, 400).join('')}`,
        notes: [`It is ${some}.`],
        body: toBody('one\ntwo\nthree'),
        mustBeSeen: true,
        choices: [
          { text: 'yes, once', isYes: true },
          { text: `always in this folder: this file · write(${some})`, isYes: true },
          { text: 'no', isYes: false },
        ],
      });
      for (const shape of [
        { columns: 60, rows: 40 },
        { columns: 60, rows: 18 },
      ]) {
        const drawn = await drawRows(dialog, counting, shape);
        expect(drawn[0]).toMatch(/^Make this change\?/);
        expect(drawn.filter((row) => /^ {2}[1-9] /.test(row)).map((row) => row.slice(0, 8))).toEqual([
          '  1 yes,',
          '  2 alwa',
          '  3 no',
        ]);
        expect(drawn.findLastIndex((row) => row !== '')).toBeLessThan(shape.rows - 2);
      }
    });

    it('shows the name of a file whole, as rows of what is asked about', async () => {
      const path = `/tmp/autostart/x${'\n'.repeat(60)}Make this change? create docs/app.desktop\napp.desktop`;
      const dialog = toApprovalDialog(
        {
          tool: { name: 'create', title: 'create', server: undefined },
          summary: `create ${JSON.stringify(path)}`,
          preview: { type: 'diff', files: [{ path, before: undefined, after: '[Desktop Entry]\n' }] },
          reasons: ['it is outside of the folder'],
          choices: [{ type: 'once' }, { type: 'no' }],
        },
        { number: 1, of: 1 },
      );
      const drawn = await drawRows(dialog, counting);
      expect(drawn[0]).toMatch(/^Make this change\? create/);
      expect(drawn.filter((row) => row.startsWith('Make this change?'))).toHaveLength(1);
      expect(drawn).toContain('  It is outside of the folder.');
      expect(drawn.filter((row) => row.includes('/tmp/autostart/x'))).toHaveLength(2);
      expect(drawn.join('')).toContain('app.desktop');
    });
  },
);
