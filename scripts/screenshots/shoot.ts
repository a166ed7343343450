import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readInstalled } from '../../test/agents/install.ts';
import { type Emulator, openEmulator } from '../../test/emulator/emulator.ts';
import { createScreen, type Screen } from '../../test/emulator/screen.ts';
import { binary, type SignedIn, startSignedIn } from '../bench/signed-in.ts';
import { writeClaudeSettings } from './claude-settings.ts';
import type { Look } from './looks.ts';
import { type Theme, themes } from './palette.ts';
import type { Scene } from './scenes.ts';
import { act } from './steps.ts';
import { writeSvg } from './svg-writer.ts';

const patienceMs = 5_000;

/** `name` is that of the file, without a folder. */
export type Shot = { name: string; svg: string };

export function toFileName(shot: string, look: Look): string {
  return `${shot}-${look.name}.svg`;
}

/** Plays a scene, for somebody who is signed in if the scene does not say otherwise. */
export async function shootScene(scene: Scene, look: Look): Promise<Shot[]> {
  const signedIn = await startSignedIn(scene.simulator);
  for (const fault of scene.faults ?? []) signedIn.simulator.faults.add(fault);
  try {
    const emulator = openScene(scene, look, signedIn);
    try {
      const shots: Shot[] = [];
      for (const step of scene.steps) {
        if ('shoot' in step) {
          const svg = await drawAsGitHub(scene, emulator, look, signedIn);
          shots.push({ name: toFileName(step.shoot, look), svg });
        } else await act(step, emulator);
      }
      return shots;
    } finally {
      await end(emulator);
    }
  } finally {
    await signedIn.close();
  }
}

/** Asks the shell and all that it started to end, so that nothing writes into the home any more. */
async function end(emulator: Emulator): Promise<void> {
  const signalAll = (signal: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(-emulator.pid, signal);
    } catch {
      // All have ended.
      return false;
    }
  };
  const limit = performance.now() + patienceMs;
  signalAll('SIGHUP');
  while (signalAll(0) && performance.now() < limit) await delay(20);
  signalAll('SIGKILL');
  await emulator.close();
}

/** Runs the lines of the scene in a shell, which finds `copilot-cli` and the agent. */
function openScene(scene: Scene, look: Look, { home, env }: SignedIn): Emulator {
  const work = join(home, 'work');
  const shims = join(home, 'bin');
  for (const folder of [work, shims]) mkdirSync(folder);
  symlinkSync(binary, join(shims, 'copilot-cli'));
  for (const [path, text] of Object.entries(scene.files ?? {})) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  if (scene.agent) writeClaudeSettings(home, work, look.theme);
  const programs = scene.agent ? [join(readInstalled(scene.agent).folder, 'node_modules', '.bin')] : [];
  return openEmulator(['-c', scene.lines.map(toShown).join('\n')], {
    program: '/bin/sh',
    columns: scene.columns,
    rows: scene.rows,
    env: {
      ...env,
      ...(scene.isSignedOut && { XDG_CONFIG_HOME: join(home, '.config') }),
      PATH: [shims, ...programs, env.PATH ?? ''].join(delimiter),
      COLORTERM: 'truecolor',
      LANG: 'en_US.UTF-8',
      ...scene.env,
      ...look.env,
    },
    cwd: work,
    background: themes[look.theme].background,
  });
}

/** A line that is on the screen before it runs, behind the sign of a shell. */
function toShown(line: string): string {
  return `printf '\\033[1;32m$\\033[0m %s\\n' '${line.replaceAll("'", "'\\''")}'\n${line}`;
}

/** The screen as somebody with an account sees it: with GitHub's address, and the folder of a person. */
async function drawAsGitHub(
  scene: Scene,
  emulator: Emulator,
  look: Look,
  { simulator, home }: SignedIn,
): Promise<string> {
  const { columns, rows } = emulator;
  const screen = createScreen({ columns, rows });
  try {
    const written = emulator.output().replaceAll(simulator.urls.server, 'https://github.com');
    await screen.feed(written.replaceAll(home, '/home/octocat'));
    return draw(screen, scene.title, themes[look.theme]);
  } finally {
    screen.dispose();
  }
}

/** The screen as it is, without the empty rows at its end. */
export function draw(
  screen: Pick<Screen, 'columns' | 'screen' | 'cursor' | 'cell'>,
  title: string,
  theme: Theme,
): string {
  const { row, column, visible } = screen.cursor();
  const texts = screen.screen();
  const rows = texts.map((_, index) =>
    Array.from({ length: screen.columns }, (_, at) => screen.cell(index, at)),
  );
  const lastUsed = texts.findLastIndex((text) => text !== '');
  return writeSvg({
    rows: rows.slice(0, Math.max(lastUsed, row - 1) + 1),
    title,
    theme,
    cursor: visible && row <= lastUsed ? { row, column } : undefined,
  });
}
