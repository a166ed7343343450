import { describe, expect, it } from 'vitest';
import type { ThemeRole } from '../../src/terminal/theme.ts';
import { createTheme } from '../../src/terminal/theme.ts';
import type { ThemeName } from '../../src/theme-names.ts';

const roles = Object.keys({
  heading: 0,
  strong: 0,
  emphasis: 0,
  deleted: 0,
  link: 0,
  quote: 0,
  rule: 0,
  'list-mark': 0,
  code: 0,
  'code-frame': 0,
  keyword: 0,
  string: 0,
  number: 0,
  comment: 0,
  function: 0,
  type: 0,
  variable: 0,
  added: 0,
  removed: 0,
  user: 0,
  prompt: 0,
  title: 0,
  subheading: 0,
  answer: 0,
  dim: 0,
  accent: 0,
  success: 0,
  warning: 0,
  error: 0,
  selected: 0,
} satisfies Record<ThemeRole, 0>) as ThemeRole[];

type Rgb = [number, number, number];

/** The contrast of two colours as the WCAG define it, from 1 to 21. */
function toContrast(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [toLuminance(one), toLuminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function toLuminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function readColour(painted: string, code: 38 | 48): Rgb | undefined {
  const match = new RegExp(`\u001b\\[${code};2;(\\d+);(\\d+);(\\d+)m`).exec(painted);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

const darkGrounds: Rgb[] = [
  [0x0d, 0x11, 0x17],
  [0x1e, 0x1e, 0x1e],
];

describe('a theme of all colours', () => {
  it.each<[name: ThemeName, grounds: Rgb[], contrast: number]>([
    ['dark', darkGrounds, 4.5],
    ['light', [[255, 255, 255]], 4.5],
    ['dark-high-contrast', darkGrounds, 7],
    ['light-high-contrast', [[255, 255, 255]], 7],
  ])('%s can be read on its ground', (name, grounds, contrast) => {
    const theme = createTheme(name, 'truecolor');
    const poor = roles.flatMap((role) => {
      const painted = theme.paint(role, 'text');
      const colour = readColour(painted, 38);
      const ownGround = readColour(painted, 48);
      return (ownGround ? [ownGround] : grounds)
        .filter((ground) => colour && toContrast(colour, ground) < contrast)
        .map((ground) => ({ role, contrast: colour && toContrast(colour, ground) }));
    });
    expect(poor).toEqual([]);
  });

  it('has a look for every role', () => {
    const theme = createTheme('dark', 'truecolor');
    expect(roles.filter((role) => theme.paint(role, 'text') === 'text')).toEqual([]);
  });

  it('falls back to the 256 colours, and to those of the terminal', () => {
    expect(createTheme('dark', 'truecolor').paint('string', 'a')).toBe('\u001b[38;2;126;231;135ma\u001b[39m');
    expect(createTheme('dark', '256').paint('string', 'a')).toBe('\u001b[38;5;114ma\u001b[39m');
    expect(createTheme('dark', '256').paint('dim', 'a')).toBe('\u001b[38;5;248ma\u001b[39m');
    expect(createTheme('dark', '16')).toMatchObject({ name: 'ansi' });
    expect(createTheme('dark', '16').paint('string', 'a')).toBe('\u001b[32ma\u001b[39m');
  });
});

describe('a look inside another', () => {
  const theme = createTheme('ansi', '16');

  it('gives the outer one back', () => {
    const inner = theme.paint('error', 'inner');
    expect(theme.paint('success', `before ${inner} after`)).toBe(
      '\u001b[32mbefore \u001b[31minner\u001b[39m\u001b[32m after\u001b[39m',
    );
  });

  it('gives bold back after what was dim, which end alike', () => {
    const inner = theme.paint('dim', 'inner');
    expect(theme.paint('strong', `a ${inner} b`)).toBe(
      '\u001b[1ma \u001b[2minner\u001b[22m\u001b[1m b\u001b[22m',
    );
  });
});

describe('no colour', () => {
  it('changes no text if escape codes are switched off', () => {
    const theme = createTheme('dark', 'none');
    expect(theme).toMatchObject({ name: 'none', isStyled: false });
    expect(roles.map((role) => theme.paint(role, 'text'))).toEqual(roles.map(() => 'text'));
  });

  it.each([createTheme('none', 'truecolor'), createTheme('dark', 'styles')])(
    'leaves bold, underline and the like, and never a colour',
    (theme) => {
      expect(theme).toMatchObject({ name: 'none', isStyled: true });
      expect(theme.paint('strong', 'text')).toBe('\u001b[1mtext\u001b[22m');
      expect(theme.paint('title', 'text')).toBe('\u001b[1m\u001b[4mtext\u001b[24m\u001b[22m');
      expect(theme.paint('error', 'text')).toBe('text');
      for (const role of roles) expect(theme.paint(role, 'text')).not.toMatch(/\u001b\[(?:[34]\d|9\d)/);
    },
  );

  it('is written for no empty text', () => {
    expect(createTheme('dark', 'truecolor').paint('error', '')).toBe('');
  });
});
