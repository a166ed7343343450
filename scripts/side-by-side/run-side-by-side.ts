import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { install, isMissing } from '../../test/agents/install.ts';
import { looks } from '../screenshots/looks.ts';
import { playSession, type Session, type Size } from './play-session.ts';
import { type Program, programs } from './programs.ts';
import { type Row, resumed, rows } from './rows.ts';
import { writePages } from './write-pages.ts';

/** Names of what is wanted; all where a list is empty. */
export type Wanted = {
  programs: string[];
  sizes: string[];
  looks: string[];
  rows: string[];
  /** How many programs run at the same time. */
  workers: number;
};

const sizes: readonly (Size & { name: string })[] = [
  { name: '80x24', columns: 80, rows: 24 },
  { name: '120x40', columns: 120, rows: 40 },
  { name: '40x15', columns: 40, rows: 15 },
];

/** Plays every wanted program in every size and look, and writes the screens and the pages that pair them. Returns an exit code.
 * Throws Error if a name is unknown or the folder is inside the repository. */
export async function runSideBySide(folder: string, wanted: Wanted): Promise<number> {
  const target = resolve(folder);
  if (!relative(process.cwd(), target).startsWith('..'))
    throw new Error('the folder must be outside the repository');
  const sessions = listSessions(target, wanted);
  await installPrograms(new Set(sessions.map(({ program }) => program)));
  mkdirSync(target, { recursive: true });
  let count = 0;
  const work = async (): Promise<void> => {
    for (let session = sessions.shift(); session !== undefined; session = sessions.shift()) {
      const problems = await playSession(session);
      if (problems.length > 0) count += 1;
      console.log([`${session.program.name} ${relative(target, session.folder)}`, ...problems].join('\n'));
    }
  };
  await Promise.all(Array.from({ length: wanted.workers }, work));
  console.log(`see ${writePages(target)}`);
  return count > 0 ? 1 : 0;
}

function listSessions(target: string, wanted: Wanted): Session[] {
  const resumes = wanted.rows.length === 0 || wanted.rows.includes(resumed.name);
  const played = listRows(wanted.rows, resumes);
  return choose(sizes, wanted.sizes).flatMap((size) =>
    choose(looks, wanted.looks).flatMap((look) =>
      choose(programs, wanted.programs).map((program) => ({
        ...{ program, size, look, resumes },
        rows: played,
        folder: join(target, `${size.name}-${look.name}`),
      })),
    ),
  );
}

/** With a conversation to go on with, if the program is started again. */
function listRows(names: readonly string[], resumes: boolean): Row[] {
  const [first] = resumed.after;
  const chosen = choose([...rows, resumed], names).map(({ name }) => name);
  const isReady = !resumes || chosen.some((name) => resumed.after.includes(name));
  return rows.filter(({ name }) => chosen.includes(name) || (!isReady && name === first));
}

function choose<T extends { name: string }>(all: readonly T[], names: readonly string[]): T[] {
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`there is no '${unknown}'; there are ${all.map(({ name }) => name).join(', ')}`);
  return all.filter(({ name }) => names.length === 0 || names.includes(name));
}

async function installPrograms(wanted: Iterable<Program>): Promise<void> {
  for (const { bundle } of wanted) if (bundle && isMissing(bundle, false)) await install(bundle, false);
}
