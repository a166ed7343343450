import type { StatusField } from '../../config/setting-choices.ts';
import { cellWidth } from '../../terminal/cell-width.ts';
import { safeWidth, wrapSafely } from '../../terminal/safe-width.ts';
import type { Theme } from '../../terminal/theme.ts';
import type { Facts } from '../facts.ts';
import { type Density, hang, toDensity, toTextWidth } from '../gutter.ts';
import type { Look } from '../look.ts';
import { formatStatusLine, mainFields } from '../status-line.ts';
import type { KeyHints } from './key-hints.ts';
import { joinFitting } from './list-columns.ts';

/** The cells that are kept for the keys. */
const roomForKeys: Record<Density, number> = { narrow: 0, usual: 26, wide: 29 };

const stroke = '─';
/** The rule before the status or behind the keys, with its blanks. */
const endWidth = 3;
/** The least of the rule between the two. */
const leastGap = 2;
/** A terminal that becomes narrower wraps the rule. So short, its rows fit even into a low window. */
const longestRule = 119;
/** A status of fewer cells would be the beginning of a name. */
const leastStatus = 16;

type EdgeOptions = {
  /** Undefined leaves the status out. */
  facts: Facts | undefined;
  hints: KeyHints;
  look: Look;
  /** Of the terminal. */
  columns: number;
};

/**
 * The edge between what was said and what is being typed: a rule with the status at its left and keys at its right. Keys that do not fit
 * are left out. A sentence that the person must see stands in their place, or else on lines of its own.
 */
export function drawEdge({ facts, hints, look, columns }: EdgeOptions): string[] {
  const { theme, statusFields } = look;
  const { sentence, keys, isBusy } = hints;
  // A full row would wrap in some terminals.
  const width = Math.max(1, Math.min(columns - 1, longestRule));
  const room = width - endWidth - leastGap;
  // A question that waits quotes others.
  const isSure = sentence === undefined || safeWidth(sentence) === cellWidth(sentence);
  const isApart = sentence !== undefined && (!isSure || cellWidth(sentence) > room);
  const format = (
    most: number,
    options: { fields?: readonly StatusField[]; isShort?: boolean } = {},
  ): string =>
    facts === undefined
      ? ''
      : formatStatusLine(facts, { fields: statusFields, theme, columns: most, ...options });
  // The status stays the same when the keys of the moment change.
  const usual = Math.max(
    room - roomForKeys[toDensity(columns)] - endWidth,
    cellWidth(format(room, { isShort: true })),
  );
  if (sentence !== undefined && !isApart) {
    const left = room - cellWidth(sentence) - endWidth;
    const status = left < leastStatus ? '' : format(Math.min(left, usual));
    return [drawRule(status, theme.paint('accent', sentence), { theme, length: width })];
  }
  // How to stop comes before all. The model, the context, what is nearly used up and the cost come before other keys, the rest after them.
  const main = statusFields.filter((field) => mainFields.includes(field));
  const status = isBusy
    ? format(room - cellWidth(keys[0] ?? '') - endWidth, { fields: main })
    : format(usual);
  const fitting = fitKeys(keys, room - (status === '' ? 0 : cellWidth(status) + endWidth));
  const rule = drawRule(status, theme.paint('dim', fitting), { theme, length: width });
  if (sentence === undefined) return [rule];
  return [rule, ...hang('nextStep', wrapSafely(sentence, toTextWidth(columns)), look)];
}

/** As many keys as fit, the most important first. */
function fitKeys(keys: readonly string[], room: number): string {
  const text = joinFitting(keys, room);
  return cellWidth(text) <= room ? text : '';
}

/** Longer than `length` if the words are. */
function drawRule(left: string, right: string, { theme, length }: { theme: Theme; length: number }): string {
  const leftEnd = left === '' ? 0 : cellWidth(left) + endWidth;
  const rightEnd = right === '' ? 0 : cellWidth(right) + endWidth;
  const paint = (count: number): string => theme.paint('rule', stroke.repeat(Math.max(0, count)));
  return (
    (left === '' ? '' : `${paint(1)} ${left} `) +
    paint(Math.max(right === '' ? 1 : leastGap, length - leftEnd - rightEnd)) +
    (right === '' ? '' : ` ${right} ${paint(1)}`)
  );
}
