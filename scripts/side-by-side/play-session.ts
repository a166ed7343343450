import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readInstalled } from '../../test/agents/install.ts';
import { listTools } from '../../test/agents/model-request.ts';
import { createHomeEnv, startWorld, type World } from '../../test/agents/world.ts';
import { type Emulator, openEmulator } from '../../test/emulator/emulator.ts';
import { findLastUserText } from '../../test/simulator/answer/user-text.ts';
import { toRecord } from '../../test/simulator/json.ts';
import type { Look } from '../screenshots/looks.ts';
import { themes } from '../screenshots/palette.ts';
import { quotaUsedUp } from '../screenshots/scenes.ts';
import { draw } from '../screenshots/shoot.ts';
import { act } from '../screenshots/steps.ts';
import { model, type Program, type RowStep, type Stage } from './programs.ts';
import { findAnswer, type Row, resumed } from './rows.ts';

export type Size = { columns: number; rows: number };

export type Session = {
  program: Program;
  size: Size;
  look: Look;
  rows: readonly Row[];
  /** Whether the program is started again at the end, to go on with its conversation. */
  resumes: boolean;
  /** Where NAME.PROGRAM.txt and NAME.PROGRAM.svg go. */
  folder: string;
};

const startMs = 60_000;
/** The first answer of a program may wait for its search for updates. */
const answerMs = 60_000;
const quietMs = 700;
/** Some programs never stop drawing. */
const mostQuietMs = 4_000;

/** Plays the rows in one conversation, and returns what did not come. The screen is written all the same. */
export async function playSession(session: Session): Promise<string[]> {
  const world = await startWorld();
  const problems: string[] = [];
  try {
    const stage = await prepare(session, world);
    await withProgram(session, stage, false, problems, async (emulator) => {
      for (const row of session.rows) {
        try {
          await play(row.steps(session.program), emulator, session, world);
        } catch (error) {
          problems.push(`${row.name}: ${toLine(error)}`);
          write(session, row.name, emulator);
          emulator.press('escape');
          await settle(emulator);
          emulator.press('ctrl+u');
          await settle(emulator);
        }
        world.simulator.faults.clear();
      }
    });
    if (session.resumes)
      await withProgram(session, stage, true, problems, async (emulator) => {
        try {
          await emulator.waitForScreen(resumed.shows);
        } catch (error) {
          problems.push(`resumed: ${toLine(error)}`);
        }
        await settle(emulator);
        write(session, resumed.name, emulator);
      });
  } catch (error) {
    problems.push(toLine(error));
  } finally {
    await world.close();
  }
  return problems;
}

async function prepare({ program, look }: Session, world: World): Promise<Stage> {
  const home = join(world.folder, 'home');
  const work = join(home, 'work');
  mkdirSync(work, { recursive: true });
  if (program.client !== undefined) await setUp(program.client, world, home);
  world.simulator.state.answer = (request) => {
    const body = toRecord(request.body);
    // What programs ask besides the conversation has no tools: titles and summaries.
    if (program.hasTools && listTools(body).length === 0) return { text: 'A short title' };
    return findAnswer(findLastUserText(body));
  };
  const installed = program.bundle === undefined ? '' : readInstalled(program.bundle).folder;
  const stage = { world, home, work, installed, theme: look.theme };
  program.prepare?.(stage);
  return stage;
}

async function setUp(client: string, world: World, home: string): Promise<void> {
  const temporary = join(world.folder, 'set-up');
  mkdirSync(temporary);
  const { port } = new URL(world.url);
  const argv = ['serve', '--for', client, '--write', '--port', port, '--model', model];
  const { code, stderr } = await world.runOurs(argv, temporary);
  if (code !== 0) throw new Error(`serve --for ${client} ended with ${code}: ${stderr}`);
  cpSync(temporary, home, { recursive: true });
}

async function withProgram(
  { program, size, look }: Session,
  stage: Stage,
  continues: boolean,
  problems: string[],
  use: (emulator: Emulator) => Promise<void>,
): Promise<void> {
  const { NO_COLOR: _, TERM: __, ...env } = createHomeEnv(stage.home);
  const start = program.start(stage, { continues });
  const emulator = openEmulator(start.argv, {
    program: start.program,
    columns: size.columns,
    rows: size.rows,
    cwd: stage.work,
    env: { ...env, COLORTERM: 'truecolor', ...start.env, ...look.env },
    background: themes[look.theme].background,
  });
  try {
    try {
      await answerQuestions(program, emulator);
    } catch (error) {
      problems.push(`start: ${toLine(error)}`);
    }
    await use(emulator);
  } finally {
    await emulator.close();
  }
}

async function answerQuestions({ questions, ready }: Program, emulator: Emulator): Promise<void> {
  const open = [...questions];
  for (;;) {
    const fits = (rows: string[]) => open.find(([pattern]) => pattern.test(rows.join('\n')));
    const rows = await emulator.waitForScreen(
      (visible) => fits(visible) !== undefined || ready.test(visible.join('\n')),
      { timeoutMs: startMs },
    );
    const question = fits(rows);
    if (question === undefined) return;
    open.splice(open.indexOf(question), 1);
    await settle(emulator);
    for (const key of question[1]) {
      emulator.press(key);
      await settle(emulator);
    }
  }
}

async function play(steps: RowStep[], emulator: Emulator, session: Session, world: World): Promise<void> {
  for (const step of steps) {
    if ('shoot' in step) write(session, step.shoot, emulator);
    else if ('settle' in step) await settle(emulator);
    else if ('pause' in step) await delay(step.pause);
    else if ('refuse' in step) refuse(world, step.refuse);
    else if ('wait' in step) await emulator.waitForScreen(step.wait, { timeoutMs: answerMs });
    else await act(step, emulator);
  }
}

function refuse({ simulator }: World, isOn: boolean): void {
  simulator.faults.clear();
  if (isOn) simulator.faults.add(quotaUsedUp);
}

/** Waits until nothing was written for some time. */
async function settle(emulator: Emulator): Promise<void> {
  const begun = performance.now();
  for (;;) {
    const quietSince = Math.max(begun, emulator.writes.at(-1)?.at ?? 0);
    const left = Math.min(quietSince + quietMs, begun + mostQuietMs) - performance.now();
    if (left <= 0) return;
    await delay(left);
  }
}

function write({ program, look, folder }: Session, name: string, emulator: Emulator): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.${program.name}`);
  writeFileSync(`${path}.txt`, `${emulator.screen().join('\n').trimEnd()}\n`);
  writeFileSync(`${path}.svg`, draw(emulator, program.title, themes[look.theme]));
}

function toLine(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
