import { cutSafely, safeWidth, wrapSafely } from '../../terminal/safe-width.ts';
import type { Size } from '../../terminal/screen.ts';
import { showHidden } from '../../terminal/show-hidden.ts';
import type { Theme } from '../../terminal/theme.ts';
import { type BodyLine, layOutBody } from '../calls/body.ts';
import { type ApprovalDialog, type ApprovalWindow, describeLeaving, toTop } from '../dialogs/approval.ts';
import { gutterWidth, indent, separator } from '../gutter.ts';
import { chooseFitting } from './list-columns.ts';

const mark = '› ';

/** The rows of a question about a call, the body in a window of its own. It is never higher than the screen. */
export function layOutApproval(
  dialog: ApprovalDialog,
  { columns, rows, theme }: Size & { theme: Theme },
): string[] {
  const parts = fitParts(dialog, { columns, rows, theme });
  const window = measureParts(parts, { columns, rows });
  const top = toTop(dialog, window);
  const shown = parts.body.slice(top, top + window.height);
  const last = top + shown.length;
  const isCut = shown.length < window.total;
  const lines = shown.length === 0 ? `${window.total} lines` : `lines ${top + 1}-${last} of ${window.total}`;
  const keys = [
    [lines, 'PgDn goes on', 'Ctrl+O shows it whole'],
    [lines, 'PgDn, Ctrl+O: all'],
  ];
  // Numbers of lines and of choices stand in one column.
  const separation = isCut ? theme.paint('dim', indent(chooseFitting(keys, columns - gutterWidth - 1))) : '';
  return [
    ...parts.head,
    ...shown.map(indent),
    ...(window.total > 0 ? [separation] : []),
    ...parts.choices,
    ...parts.foot,
  ];
}

/** The part of the body that `layOutApproval` shows. */
export function measureApproval(dialog: ApprovalDialog, size: Size & { theme: Theme }): ApprovalWindow {
  return measureParts(fitParts(dialog, size), size);
}

type Parts = { head: string[]; body: readonly string[]; choices: string[]; foot: string[] };

/** What stands around a question: the blank line and the edge above it, a line below the body, which may tell the place in it, and the row of the cursor. */
const around = 4;

function measureParts({ head, body, choices, foot }: Parts, { columns, rows }: Size): ApprovalWindow {
  const room = rows - 1 - around - head.length - choices.length - foot.length;
  return { height: Math.max(0, Math.min(body.length, room)), total: body.length, width: columns };
}

/** What is asked about can be read in so many rows. */
const leastBody = 3;

/**
 * On a small screen the choices take one row each, but for the one that was moved to, so that something is left for what they are about. On a
 * smaller one only the first yes, that one and each no are shown.
 */
function fitParts(dialog: ApprovalDialog, size: Size & { theme: Theme }): Parts {
  const whole = layOutParts(dialog, size);
  if (measureParts(whole, size).height >= Math.min(leastBody, whole.body.length)) return whole;
  const tight = layOutParts(dialog, { ...size, isTight: true });
  if (measureParts(tight, size).height > 0) return tight;
  return layOutParts(dialog, { ...size, isTight: true, isFew: true });
}

function layOutParts(
  dialog: ApprovalDialog,
  {
    columns,
    theme,
    isTight = false,
    isFew = false,
  }: { columns: number; theme: Theme; isTight?: boolean; isFew?: boolean },
): Parts {
  const width = Math.max(1, columns - gutterWidth - 1);
  const { question, notes, body, choices, selected, typed } = dialog;
  return {
    head: [
      ...wrapQuestion(showHidden(question), columns).map((line) => theme.paint('heading', line)),
      ...notes
        .flatMap((note) => wrapQuestion(showHidden(note), width + 1))
        .map((line) => theme.paint('dim', indent(line))),
    ],
    body: layOutOnce(body, { width, theme }),
    choices:
      typed === undefined
        ? choices.flatMap(({ text, isYes }, index) =>
            isFew && isYes && index !== 0 && index !== selected
              ? []
              : layOutChoice(`${index + 1} ${text}`, {
                  width,
                  theme,
                  isSelected: index === selected,
                  isTight: isTight && index !== selected,
                }),
          )
        : [theme.paint('heading', 'What to do instead? Enter sends it, Esc goes back.')],
    foot: typed === undefined ? layOutFoot(dialog, { columns, theme }) : [],
  };
}

/** A path or a name of somebody else may be as long as the screen. What is done stands in the body, whole. */
const mostHeadingRows = 3;

export function wrapQuestion(question: string, columns: number): string[] {
  const lines = wrapSafely(question, columns - 1);
  if (lines.length <= mostHeadingRows) return lines;
  const last = lines[mostHeadingRows - 1] ?? '';
  return [...lines.slice(0, mostHeadingRows - 1), `${Array.from(last).slice(0, -1).join('')}…`];
}

function layOutChoice(
  text: string,
  {
    width,
    theme,
    isSelected,
    isTight,
  }: { width: number; theme: Theme; isSelected: boolean; isTight: boolean },
): string[] {
  const shown = showHidden(text);
  const lines = isTight && safeWidth(shown) > width ? [cutChoice(shown, width)] : wrapSafely(shown, width);
  return lines.map((line, index) => {
    if (!isSelected) return indent(index === 0 ? line : `  ${line}`);
    return theme.paint('selected', (index === 0 ? mark : '  ') + (index === 0 ? line : `  ${line}`));
  });
}

/** The rule comes last and is left out before a word is cut. */
function cutChoice(text: string, width: number): string {
  const words = text.slice(0, text.lastIndexOf(separator));
  return words !== '' && safeWidth(words) < width ? `${words}…` : cutSafely(text, width);
}

/** The keys are shown as soon as they answer. */
function layOutFoot(dialog: ApprovalDialog, { columns, theme }: { columns: number; theme: Theme }): string[] {
  const { hint, choices, isSeen = false } = dialog;
  if (hint !== undefined) return wrapSafely(hint, columns - 1).map((line) => theme.paint('warning', line));
  if (!isSeen) return [''];
  const leave = `Esc ${describeLeaving(dialog)}`;
  const yes = choices.filter(({ isYes }) => isYes).length;
  const numbers = yes === 1 ? '1' : `1-${yes}`;
  // A no is taken at once.
  const no = choices.slice(yes).map((_, index) => `${yes + index + 1} no`);
  const withYes = [
    [`${numbers} or Up/Down, then Enter`, ...no, leave],
    [`${numbers}, Enter`, ...no, leave],
    [`${numbers}, Enter`, leave],
  ];
  const keys = yes === 0 ? [[...no, leave], [leave]] : withYes;
  return [theme.paint('dim', chooseFitting(keys, columns - 1))];
}

/** A body can be long, and most frames show the same one. */
const laidOut = new WeakMap<readonly BodyLine[], { width: number; theme: Theme; rows: readonly string[] }>();

function layOutOnce(
  body: readonly BodyLine[],
  { width, theme }: { width: number; theme: Theme },
): readonly string[] {
  const known = laidOut.get(body);
  if (known?.width === width && known.theme === theme) return known.rows;
  const rows = layOutBody(body, { width, theme });
  laidOut.set(body, { width, theme, rows });
  return rows;
}
