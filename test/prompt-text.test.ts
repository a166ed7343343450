import { describe, expect, it } from 'vitest';
import {
  isTyped,
  joinTexts,
  type PromptText,
  sliceText,
  splitByOrigin,
  toData,
  toTyped,
  trimText,
} from '../src/prompt-text.ts';

/** Typed text stands in angle brackets. */
const show = (prompt: PromptText): string =>
  splitByOrigin(prompt)
    .map((piece) => (piece.isTyped ? `<${piece.text}>` : piece.text))
    .join('');

const mixed = joinTexts([toTyped('one'), toData('two'), toTyped('three')], ' ');

describe('a text that knows who wrote it', () => {
  it('keeps that where it is joined, cut and trimmed', () => {
    expect(show(mixed)).toBe('<one> two <three>');
    expect(show(joinTexts([mixed, mixed]))).toBe('<one> two <threeone> two <three>');
    expect(show(sliceText(mixed, 1, 6))).toBe('<ne> tw');
    expect(show(sliceText(mixed, 9))).toBe('<hree>');
    expect(show(trimText(joinTexts([toData('  '), toTyped(' a '), toData(' ')])))).toBe('<a>');
    expect(show(trimText(toTyped('  ')))).toBe('');
    expect(show(toTyped(''))).toBe('');
  });

  it('is typed from here to there only if all of it is', () => {
    expect([isTyped(mixed, 0, 3), isTyped(mixed, 0, 4), isTyped(mixed, 2, 9), isTyped(mixed, 8, 13)]).toEqual(
      [true, false, false, true],
    );
    expect(isTyped(joinTexts([toTyped('a'), toTyped('b')]), 0, 2)).toBe(true);
  });
});
