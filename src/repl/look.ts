import { parseStatusLine, type StatusField, type ThemeChoice } from '../config/setting-choices.ts';
import type { Context } from '../context.ts';
import { type Capabilities, detectCapabilities } from '../terminal/capabilities.ts';
import { chooseTheme, type Theme } from '../terminal/theme.ts';
import { createKeyNamer, type KeyBinding } from './composer/key-bindings.ts';

/** What the person or the terminal decides about the look. */
export type LookChoices = Capabilities & {
  themeChoice: ThemeChoice;
  /** False if the person wants no animation. */
  motion: boolean;
  statusFields: readonly StatusField[];
  /** Those of the person's file. Without them, the built-in ones. */
  bindings?: readonly KeyBinding[];
};

export type Look = LookChoices & {
  readonly theme: Theme;
  /** A hint with the keys that do here what it says; empty if none does. */
  readonly nameKeys: (hint: string) => string;
};

export function createLook(choices: LookChoices): Look {
  const { bindings, themeChoice } = choices;
  const nameKeys = bindings ? createKeyNamer(bindings) : (hint: string) => hint;
  return { ...choices, theme: chooseTheme(themeChoice, choices), nameKeys };
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
