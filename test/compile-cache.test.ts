import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { loadProgram } from '../src/compile-cache.ts';
import { createFolder } from './helpers/folder.ts';

// The built one: it names the build.
const loader: { loadProgram: typeof loadProgram } = createRequire(import.meta.url)(
  '../dist/compile-cache.cjs',
);

type Program = { say(): unknown };

let folder: string;
let cacheFolder: string;
let keyFile: string;

beforeEach(() => {
  folder = createFolder();
  cacheFolder = join(folder, 'cache', 'copilot-cli');
  const configFolder = join(folder, '.config', 'copilot-cli');
  keyFile = join(configFolder, 'compile-cache.key');
  for (const made of [cacheFolder, configFolder]) mkdirSync(made, { recursive: true });
});

/** V8 compares no more of a source than its length, so a program that says the old word runs what was kept. */
function writeProgram(word: 'first' | 'other' | 'third'): void {
  const start = '"use strict";const part=require("./part.js");';
  writeFileSync(join(folder, 'main.js'), `${start}exports.say=()=>"${word}"+part.end;`);
  writeFileSync(join(folder, 'part.js'), '"use strict";exports.end="!";');
}

type Start = { env?: Record<string, string>; argv?: string[]; uid?: number };

function start({ env = {}, argv = ['chat'], uid }: Start = {}): { program: Program; end(): void } {
  const made = Object.assign(new EventEmitter(), {
    env: { HOME: folder, XDG_CACHE_HOME: join(folder, 'cache'), ...env },
    argv: ['node', 'copilot-cli', ...argv],
    version: process.version,
    arch: process.arch,
    geteuid: () => uid ?? process.geteuid?.(),
  });
  const program = loader.loadProgram(join(folder, 'main.js'), made as unknown as NodeJS.Process) as Program;
  return { program, end: () => made.emit('exit') };
}

/** What a program says after one that said "first!" has ended. */
function sayNext(options?: Start): unknown {
  writeProgram('other');
  return start(options).program.say();
}

function runFirst(options?: Start): void {
  writeProgram('first');
  const { program, end } = start(options);
  expect(program.say()).toBe('first!');
  end();
}

function listKept(): string[] {
  return readdirSync(cacheFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

describe('what V8 compiled', () => {
  it('is kept for the next start of the command', () => {
    runFirst();
    expect(listKept().map((file) => file.slice(file.lastIndexOf('/chat/')))).toEqual([
      '/chat/main.js',
      '/chat/part.js',
    ]);
    expect(sayNext()).toBe('first!');
  });

  it('is the person’s alone', () => {
    runFirst();
    for (const file of [...listKept(), keyFile]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is written once', () => {
    runFirst();
    const before = listKept().map((file) => statSync(file).mtimeMs);
    start().end();
    expect(listKept().map((file) => statSync(file).mtimeMs)).toEqual(before);
  });

  it('of another command is left to that', () => {
    runFirst({ argv: ['serve'] });
    expect(sayNext()).toBe('other!');
  });

  it('of commands that are not run all day is kept together', () => {
    runFirst({ argv: ['status'] });
    expect(sayNext({ argv: ['no', 'command'] })).toBe('first!');
  });

  // V8 ends the process at such a file.
  it.each([
    ['a bit is another', (bytes: Buffer) => bytes.writeUInt8((bytes.at(-9) ?? 0) ^ 4, bytes.length - 9)],
    ['there are zeros', (bytes: Buffer) => bytes.fill(0)],
    ['there is a hole', (bytes: Buffer) => bytes.fill(0, 40, 90)],
  ])('is not run if it is damaged, and is made again: %s', (_, damage) => {
    runFirst();
    for (const file of listKept()) {
      const bytes = readFileSync(file);
      damage(bytes);
      writeFileSync(file, bytes);
    }
    writeProgram('other');
    const { program, end } = start();
    expect(program.say()).toBe('other!');
    end();
    writeProgram('third');
    expect(start().program.say()).toBe('other!');
  });

  it.each([[0], [1], [100]])('is not run if it ends early: after %d bytes', (length) => {
    runFirst();
    for (const file of listKept()) writeFileSync(file, readFileSync(file).subarray(0, length));
    expect(sayNext()).toBe('other!');
  });

  it.runIf(process.platform !== 'win32')('of another user is not run, and nothing is kept among it', () => {
    runFirst();
    writeProgram('other');
    const before = listKept();
    const { program, end } = start({ uid: 12_345 });
    expect(program.say()).toBe('other!');
    end();
    expect(listKept()).toEqual(before);
  });

  it.each(['NODE_DISABLE_COMPILE_CACHE', 'NODE_V8_COVERAGE'])('is neither run nor kept with %s', (name) => {
    const env = { [name]: '1' };
    runFirst({ env });
    expect(listKept()).toEqual([]);
    runFirst();
    expect(sayNext({ env })).toBe('other!');
  });

  it.each([
    ['cache folder: a sign-out has removed it', 'XDG_CACHE_HOME'],
    ['folder of settings: nobody has signed in', 'XDG_CONFIG_HOME'],
  ])('is not kept where there is no %s', (_, name) => {
    runFirst({ env: { [name]: join(folder, 'none') } });
    expect(readdirSync(folder)).not.toContain('none');
    expect(listKept()).toEqual([]);
  });

  it('of builds from a month ago goes, and nothing else', () => {
    const builds = join(cacheFolder, 'compiled');
    const [old, young] = ['0123456789ab-v20.18.0-x64', '0123456789ac-v20.18.0-x64'];
    for (const build of [old, young, 'others']) mkdirSync(join(builds, build, 'chat'), { recursive: true });
    const monthAgo = Date.now() / 1000 - 31 * 24 * 60 * 60;
    for (const build of [old, 'others']) utimesSync(join(builds, build), monthAgo, monthAgo);
    runFirst();
    expect(readdirSync(builds)).toEqual(expect.arrayContaining([young, 'others']));
    expect(readdirSync(builds)).not.toContain(old);
  });
});

// A cache folder may lie in a repository, or where others write.
describe('what somebody else put into the cache folder', () => {
  it.each<[what: string, change: () => void]>([
    ['signed with another key', () => writeFileSync(keyFile, Buffer.alloc(32, 7))],
    ['signed with a key of nothing', () => writeFileSync(keyFile, '')],
    ['where the key is gone', () => rmSync(keyFile)],
    ['where the key is a link', () => replaceByLink(keyFile)],
    ['that is a link', () => listKept().forEach(replaceByLink)],
    ['that others can write', () => openToAll(listKept())],
    ['where others can write the key', () => openToAll([keyFile])],
  ])('is not run: code %s', (_, change) => {
    runFirst();
    change();
    expect(sayNext()).toBe('other!');
  });

  it('is not run: what was kept of another command or file', () => {
    runFirst({ argv: ['serve'] });
    const [main = '', part = ''] = listKept();
    const chat = join(dirname(dirname(main)), 'chat');
    mkdirSync(chat);
    for (const name of ['main.js', 'part.js']) copyFileSync(main, join(chat, name));
    copyFileSync(part, main);
    expect(sayNext()).toBe('other!');
    writeProgram('third');
    expect(start({ argv: ['serve'] }).program.say()).toBe('third!');
  });

  it.runIf(process.platform !== 'win32')('does not stop a start: a pipe that nobody writes', () => {
    runFirst();
    for (const file of listKept()) {
      rmSync(file);
      execFileSync('mkfifo', [file]);
    }
    expect(sayNext()).toBe('other!');
  });

  it.each(['compiled', 'compiled/build', 'compiled/build/chat'])(
    'leads nowhere else, and nothing is written or removed there: a link as %s',
    (link) => {
      runFirst();
      const [kept = ''] = listKept();
      const build = basename(dirname(dirname(kept)));
      const outside = join(folder, 'outside');
      const old = join(outside, '0123456789ab-v20.18.0-x64');
      mkdirSync(old, { recursive: true });
      utimesSync(old, 0, 0);
      const place = join(cacheFolder, link.replace('build', build));
      rmSync(place, { recursive: true });
      symlinkSync(outside, place);
      writeProgram('other');
      const { program, end } = start();
      expect(program.say()).toBe('other!');
      end();
      expect(readdirSync(outside, { recursive: true })).toEqual([basename(old)]);
    },
  );
});

function openToAll(files: string[]): void {
  for (const file of files) chmodSync(file, 0o666);
}

function replaceByLink(file: string): void {
  const moved = join(folder, basename(file));
  copyFileSync(file, `${moved}.moved`);
  rmSync(file);
  symlinkSync(`${moved}.moved`, file);
}

describe('a program', () => {
  it('gets the packages that it names later, also in code that was kept', async () => {
    const text = '"use strict";exports.say=()=>require.import("node:os").then(({EOL})=>EOL);';
    writeFileSync(join(folder, 'main.js'), text);
    for (const _ of ['first', 'second']) {
      const { program, end } = start();
      expect(await program.say()).toBe('\n');
      end();
    }
  });

  it('runs a file once, and two that ask for each other', () => {
    writeFileSync(join(folder, 'main.js'), 'exports.say=()=>require("./a.js").b.a.count;');
    const count = 'globalThis.counted=(globalThis.counted??0)+1;';
    writeFileSync(
      join(folder, 'a.js'),
      `${count}exports.count=globalThis.counted;exports.b=require("./b.js");`,
    );
    writeFileSync(join(folder, 'b.js'), 'exports.a=require("./a.js");');
    const { program } = start();
    expect(program.say()).toBe(program.say());
    expect(program.say()).toBe(1);
  });

  it('says which of its files is gone, as Node says it', () => {
    writeProgram('first');
    writeFileSync(join(folder, 'main.js'), 'exports.say=()=>require("./gone.js");');
    const { program } = start();
    const main = join(folder, 'main.js');
    expect(() => program.say()).toThrow(
      `Cannot find module '${join(folder, 'gone.js')}'\nRequire stack:\n- ${main}`,
    );
  });

  it('names its own lines in a stack', () => {
    writeFileSync(join(folder, 'main.js'), 'exports.say=()=>new Error("x").stack;');
    expect(start().program.say()).toContain(`${join(folder, 'main.js')}:1:17`);
  });
});
