import { describe, expect, it } from 'vitest';
import { readBackground, toBackground } from '../../src/terminal/background.ts';

describe('the background of a terminal', () => {
  it.each([
    ['#1e1e1e', 'dark'],
    ['#002b36', 'dark'],
    ['#000080', 'dark'],
    ['#ffffff', 'light'],
    ['#fdf6e3', 'light'],
    ['#8fbc8f', 'light'],
  ])('%s is %s', (colour, background) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
      Number.parseInt(colour.slice(at, at + 2), 16),
    );
    expect(toBackground({ red, green, blue })).toBe(background);
  });

  it.each([
    ['15;0', 'dark'],
    ['0;15', 'light'],
    ['0;default;7', 'light'],
    ['7;8', 'dark'],
    ['12;default', undefined],
    ['0;99', undefined],
    ['', undefined],
  ])('is read from COLORFGBG=%s', (value, background) => {
    expect(readBackground({ COLORFGBG: value })).toBe(background);
  });

  it('is not known without it', () => {
    expect(readBackground({})).toBeUndefined();
  });
});
