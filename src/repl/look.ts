import type { StatusField, ThemeChoice } from '../config/look-values.ts';
import type { Background } from '../terminal/background.ts';
import type { ColourLevel } from '../terminal/colour-level.ts';
import { createTheme, type Theme } from '../terminal/theme.ts';

/** What a person or the terminal decides of how things look. */
export type LookChoices = {
  themeChoice: ThemeChoice;
  /** Undefined where the terminal did not tell. */
  background: Background | undefined;
  level: ColourLevel;
  /** Whether addresses can be followed by a click. */
  links: boolean;
  /** False where a person does not want things to move. */
  motion: boolean;
  statusFields: readonly StatusField[];
};

export type Look = LookChoices & { readonly theme: Theme };

export function createLook(choices: LookChoices): Look {
  const { themeChoice, background, level } = choices;
  const name = themeChoice === 'auto' ? (background ?? 'dark') : themeChoice;
  return { ...choices, theme: createTheme(name, level) };
}
