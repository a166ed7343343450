import { describe, expect, it } from 'vitest';
import { createLook, type LookChoices } from '../../src/repl/look.ts';

const choices: LookChoices = {
  themeChoice: 'auto',
  background: undefined,
  level: 'truecolor',
  links: false,
  motion: true,
  statusFields: [],
};

describe('the theme', () => {
  it.each<[Partial<LookChoices>, string]>([
    [{}, 'dark'],
    [{ background: 'light' }, 'light'],
    [{ background: 'dark' }, 'dark'],
    [{ themeChoice: 'light-high-contrast', background: 'dark' }, 'light-high-contrast'],
    [{ themeChoice: 'light', level: '16' }, 'ansi'],
    [{ themeChoice: 'light', level: 'none' }, 'none'],
    [{ themeChoice: 'none' }, 'none'],
  ])('by %j is %s', (changes, name) => {
    expect(createLook({ ...choices, ...changes }).theme.name).toBe(name);
  });
});
