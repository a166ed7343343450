import { parseStatusLine, type ThemeChoice } from '../config/look-values.ts';
import type { Context } from '../context.ts';
import { readBackground } from '../terminal/background.ts';
import { detectColourLevel } from '../terminal/colour-level.ts';
import { takesLinks } from '../terminal/links.ts';
import { createLook, type Look } from './look.ts';

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
