import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Emulator, openEmulator } from '../../test/emulator/emulator.ts';
import { binary, startSignedIn } from '../bench/signed-in.ts';
import { type Theme, type ThemeName, themes } from './palette.ts';
import type { Scene, Step } from './scenes.ts';
import { writeSvg } from './svg-writer.ts';

/** Plays a scene in one theme, for somebody who is signed in, and returns the files that it wrote into `folder`. */
export async function shootScene(scene: Scene, themeName: ThemeName, folder: string): Promise<string[]> {
  const { env, home, close } = await startSignedIn(scene.simulator);
  const theme = themes[themeName];
  try {
    const emulator = openEmulator(['--', binary, ...scene.argv], {
      columns: scene.columns,
      rows: scene.rows,
      env: { ...env, COLORTERM: 'truecolor', LANG: 'en_US.UTF-8', ...scene.env },
      cwd: home,
      background: theme.background,
      startText: `\u001b[1;32m$\u001b[0m ${scene.line}\r\n`,
    });
    try {
      return await play(scene, emulator, (name) => ({
        path: join(folder, `${name}-${themeName}.svg`),
        svg: draw(emulator, scene.title, theme),
      }));
    } finally {
      await emulator.close();
    }
  } finally {
    await close();
  }
}

type Shot = { path: string; svg: string };

async function play(scene: Scene, emulator: Emulator, shoot: (name: string) => Shot): Promise<string[]> {
  const paths: string[] = [];
  for (const step of scene.steps) {
    if ('shoot' in step) {
      const { path, svg } = shoot(step.shoot);
      writeFileSync(path, svg);
      paths.push(path);
    } else await act(step, emulator);
  }
  return paths;
}

/** Types, presses, pastes or waits. */
export async function act(step: Exclude<Step, { shoot: string }>, emulator: Emulator): Promise<void> {
  if ('type' in step) emulator.type(step.type);
  else if ('press' in step) emulator.press(step.press);
  else if ('paste' in step) emulator.paste(step.paste);
  else if ('wait' in step) await emulator.waitForScreen(step.wait);
  else await emulator.exit;
}

/** The screen as it is, without the empty rows at its end. */
export function draw(emulator: Emulator, title: string, theme: Theme): string {
  const { row, column, visible } = emulator.cursor();
  const rows = emulator
    .screen()
    .map((_, index) => Array.from({ length: emulator.columns }, (_, at) => emulator.cell(index, at)));
  const lastUsed = emulator.screen().findLastIndex((text) => text !== '');
  return writeSvg({
    rows: rows.slice(0, Math.max(lastUsed, row - 1) + 1),
    title,
    theme,
    cursor: visible && row <= lastUsed ? { row, column } : undefined,
  });
}
