import { parseStatusLine, type StatusField, type ThemeChoice } from '../config/setting-checks.ts';
import type { Context } from '../context.ts';
import { type Background, readBackground } from '../terminal/background.ts';
import { type ColourLevel, detectColourLevel } from '../terminal/colour-level.ts';
import { takesLinks } from '../terminal/links.ts';
import { createTheme, type Theme } from '../terminal/theme.ts';

/** What the person or the terminal decides about the look. */
export type LookChoices = {
  themeChoice: ThemeChoice;
  /** Undefined if the terminal did not report it. */
  background: Background | undefined;
  level: ColourLevel;
  /** Whether a click can open a URL. */
  links: boolean;
  /** False if the person wants no animation. */
  motion: boolean;
  statusFields: readonly StatusField[];
};

export type Look = LookChoices & { readonly theme: Theme };

export function createLook(choices: LookChoices): Look {
  const { themeChoice, background, level } = choices;
  const name = themeChoice === 'auto' ? (background ?? 'dark') : themeChoice;
  return { ...choices, theme: createTheme(name, level) };
}

/** The look that follows from the settings and the environment. Throws CliError `config` for a setting that is not valid. */
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
