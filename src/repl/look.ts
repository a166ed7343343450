import { parseStatusLine, type StatusField, type ThemeChoice } from '../config/setting-checks.ts';
import type { Context } from '../context.ts';
import { type Background, readBackground } from '../terminal/background.ts';
import { type ColourLevel, detectColourLevel } from '../terminal/colour-level.ts';
import { takesLinks } from '../terminal/links.ts';
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

/** How the chat looks by its settings and what the environment tells of the terminal. Throws CliError `config` for a setting that is not valid. */
export function chooseLook({ env, io, settings }: Pick<Context, 'env' | 'io' | 'settings'>): Look {
  return createLook({
    themeChoice: settings.get('theme').value as ThemeChoice,
    background: readBackground(env),
    level: io.stdout.colour ? detectColourLevel(env) : 'none',
    links: takesLinks(env),
    motion: settings.get('motion').value !== 'reduced',
    statusFields: parseStatusLine(settings.get('status-line').value ?? ''),
  });
}
