import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { endProgram, toInvocation } from '../src/start-program.ts';
import { createRandom } from './helpers/random.ts';
import { createWindowsFolder } from './helpers/windows-folder.ts';

const env = { SystemRoot: 'C:\\Windows' };
const start = (program: string, words: string[], platform: NodeJS.Platform = 'win32') =>
  toInvocation(program, words, { env, platform });

describe('a program that is started', () => {
  it.each<[what: string, program: string, platform: NodeJS.Platform]>([
    ['a program of Windows', 'C:\\bin\\gh.exe', 'win32'],
    ['a name that only contains the ending', 'C:\\bin\\x.cmd.exe', 'win32'],
    ['a program of Linux', '/usr/bin/claude', 'linux'],
    ['a file of Linux with that ending', '/usr/bin/claude.cmd', 'linux'],
  ])('gets its words as they are: %s', (_, program, platform) => {
    const words = ['a b', '"', '%PATH%'];
    expect(start(program, words, platform)).toEqual({ program, words, options: {} });
  });

  it.each(['C:\\npm\\claude.cmd', 'C:\\npm\\CODEX.CMD', 'C:\\tools\\x.bat'])(
    'is handed to cmd.exe of the system if it is a batch file: %s',
    (program) => {
      expect(start(program, ['-p', 'a & b'])).toEqual({
        program: 'C:\\Windows\\System32\\cmd.exe',
        words: ['/d', '/e:on', '/v:off', '/s', '/c', `""${program}" "-p" "a & b""`],
        options: { windowsVerbatimArguments: true },
      });
    },
  );

  it.each([
    ['an empty word', '', '""'],
    ['a quote', 'say "hi"', '"say ""hi"""'],
    ['backslashes before a quote', 'a\\"b', '"a\\\\""b"'],
    ['backslashes at the end', 'C:\\dir\\', '"C:\\dir\\\\"'],
    ['backslashes elsewhere', 'C:\\dir', '"C:\\dir"'],
    ['a variable', '%PATH%', '"%%cd:~,%PATH%%cd:~,%"'],
    ['operators', 'a&b|c>d<e^f', '"a&b|c>d<e^f"'],
    ['a mark of delayed expansion', 'a!b!', '"a!b!"'],
  ])('gets %s in a form that cmd.exe leaves alone', (_, word, quoted) => {
    expect(start('x.cmd', [word]).words.at(-1)).toBe(`""x.cmd" ${quoted}"`);
  });

  it('gets any words as they were, and cmd.exe sees no operator outside of quotes', () => {
    const random = createRandom(17);
    const letters = ['"', '\\', '%', '&', '|', '^', ' ', '(', ')', '<', '!', 'a', 'PATH', '%cd:~,%'];
    for (let round = 0; round < 500; round += 1) {
      const word = Array.from({ length: random.integer(12) }, () => random.pick(letters)).join('');
      const line = start('x.cmd', [word]).words.at(-1)?.slice(1, -1) ?? '';
      const expanded = expandAsCmd(line);
      expect(findBare(expanded)).toBe('');
      expect(readAsProgram(expanded)).toEqual(['x.cmd', word]);
    }
  });

  it.each(['two\nlines', 'a\r', 'nul\0'])('is refused words that cmd.exe would cut: %j', (word) => {
    expect(() => start('x.cmd', [word])).toThrow(
      'a batch file of Windows takes no argument of several lines',
    );
  });
});

/** Replaces `%cd:~,%`, which is empty, as cmd.exe does before it reads anything else; `%%` is a percent sign beside it. */
function expandAsCmd(line: string): string {
  return line.replaceAll('%%cd:~,%', '%');
}

/** The characters outside of quotes that mean something to cmd.exe. */
function findBare(line: string): string {
  let isQuoted = false;
  return [...line]
    .filter((letter) => {
      if (letter === '"') isQuoted = !isQuoted;
      return !isQuoted && '&|<>^()'.includes(letter);
    })
    .join('');
}

/** The words of a command line as Microsoft's C library reads them. */
function readAsProgram(line: string): string[] {
  const words: string[] = [];
  let [word, isQuoted, at] = ['', false, 0];
  while (at < line.length) {
    const [slashes = ''] = /^\\*/.exec(line.slice(at)) ?? [];
    at += slashes.length;
    if (line[at] === '"') {
      word += '\\'.repeat(slashes.length / 2);
      if (slashes.length % 2 === 1) word += '"';
      else if (isQuoted && line[at + 1] === '"') {
        word += '"';
        at += 1;
      } else isQuoted = !isQuoted;
      at += 1;
      continue;
    }
    word += slashes;
    if (at >= line.length) break;
    if (line[at] === ' ' && !isQuoted) {
      words.push(word);
      word = '';
    } else word += line[at];
    at += 1;
  }
  return [...words, word];
}

describe('a program that is ended', () => {
  it('is ended with all that it started on Windows, which holds our pipes', async () => {
    const { root, readWords } = createWindowsFolder();
    const child = spawn('sh', ['-c', 'sleep 1000 & echo started; wait'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // By then its child is there and has the pipe.
    await once(child.stdout, 'data');
    const closed = once(child, 'close');
    endProgram(child, 'SIGTERM', { env: { ...process.env, SYSTEMROOT: root }, platform: 'win32' });
    expect(await closed).toEqual([null, 'SIGKILL']);
    expect(readWords()).toBe(`/pid ${child.pid} /t /f`);
  });

  it('is ended by itself if Windows has no taskkill', async () => {
    const child = spawn('sleep', ['1000']);
    await once(child, 'spawn');
    endProgram(child, 'SIGTERM', { env: { SystemRoot: '/no/such' }, platform: 'win32' });
    expect(await once(child, 'close')).toEqual([null, 'SIGTERM']);
  });

  it('gets the signal elsewhere', async () => {
    const child = spawn('sleep', ['1000']);
    await once(child, 'spawn');
    endProgram(child, 'SIGHUP', { env: {}, platform: 'darwin' });
    expect(await once(child, 'close')).toEqual([null, 'SIGHUP']);
  });
});
