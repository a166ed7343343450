import { parseStatusLine, type StatusField, type ThemeChoice } from '../config/setting-choices.ts';
import type { Context } from '../context.ts';
import { type Capabilities, detectCapabilities } from '../terminal/capabilities.ts';
import { chooseTheme, type Theme } from '../terminal/theme.ts';

/** What the person or the terminal decides about the look. */
export type LookChoices = Capabilities & {
  themeChoice: ThemeChoice;
  /** False if the person wants no animation. */
  motion: boolean;
  statusFields: readonly StatusField[];
};

export type Look = LookChoices & { readonly theme: Theme };

export function createLook(choices: LookChoices): Look {
  return { ...choices, theme: chooseTheme(choices.themeChoice, choices) };
}

/** How the chat looks by its settings and by what the terminal shows. Throws CliError `config` for a setting that is not valid. */
export function chooseLook({ env, io, settings }: Pick<Context, 'env' | 'io' | 'settings'>): Look {
  return createLook({
    ...detectCapabilities(env, io.stdout),
    themeChoice: settings.get('theme').value as ThemeChoice,
    motion: settings.get('motion').value !== 'reduced',
    statusFields: parseStatusLine(settings.get('status-line').value ?? ''),
  });
}
