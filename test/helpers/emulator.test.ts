import { describe, expect, it } from 'vitest';
import { createCli } from './cli.ts';
import { startEmulator, startNodeEmulator } from './emulator.ts';

/** A program that shows the bytes of every read as JSON, after `start` was written. */
const echo = (start: string): string[] => [
  '-e',
  `process.stdin.setRawMode(true);
   process.stdout.write(${JSON.stringify(start)} + 'ready\\r\\n');
   process.stdin.on('data', (bytes) => {
     if (bytes.toString() === 'q') process.exit(7);
     console.log(JSON.stringify(bytes.toString()));
   });`,
];

describe('the emulator', () => {
  it('shows what a program writes, at once and later', async () => {
    const emulator = startNodeEmulator([
      '-e',
      `process.stdout.write('\\u001b[31mfirst'); process.stdin.once('data', () => { console.log(' second 漢字'); process.exit(); });`,
    ]);
    await emulator.waitForScreen('first');
    expect(emulator.cell(0, 0).foreground).toBe(1);
    emulator.press('enter');
    const rows = await emulator.waitForScreen(/second 漢字$/m);
    expect(rows).toEqual(emulator.screen());
    expect(await emulator.exitCode).toBe(0);
  });

  it('has the last bytes on the screen when the program has ended', async () => {
    const emulator = startNodeEmulator(['-e', `console.log('line\\n'.repeat(5000) + 'the end')`]);
    expect(await emulator.exit).toEqual({ code: 0, signal: undefined });
    expect(emulator.screen().join('\n').trimEnd()).toMatch(/the end$/);
    expect(emulator.output().trimEnd()).toMatch(/the end$/);
    expect(emulator.scrollback().filter((row) => row === 'line').length).toBeGreaterThan(4900);
  });

  it('has no more output than the screen shows, so that both can be compared', async () => {
    const emulator = startNodeEmulator([
      '-e',
      `for (let line = 1; line <= 40_000; line += 1) console.log('line ' + line);`,
    ]);
    const seen = new Set<boolean>();
    await emulator.waitForScreen((rows) => {
      const last = emulator.output().trimEnd().split('\r\n').at(-1);
      if (last !== '') seen.add(rows.findLast((row) => row !== '') === last);
      return rows.some((row) => row === 'line 40000');
    });
    expect([...seen]).toEqual([true]);
  });

  it('presses keys in the encoding that the program asked for, and types text', async () => {
    const emulator = startNodeEmulator(echo('\u001b[>1u'), { keyboard: 'kitty' });
    await emulator.waitForScreen('ready');
    emulator.press('shift+enter');
    await emulator.waitForScreen('"\\u001b[13;2u"');
    emulator.press('shift+enter', 'legacy');
    await emulator.waitForScreen('"\\r"');
    emulator.type('héllo 世界');
    await emulator.waitForScreen('"héllo 世界"');
  });

  it('pastes between marks where the program wants them, and as typed lines elsewhere', async () => {
    const bracketed = startNodeEmulator(echo('\u001b[?2004h'));
    await bracketed.waitForScreen('ready');
    bracketed.paste('a\nb');
    await bracketed.waitForScreen('"\\u001b[200~a\\nb\\u001b[201~"');
    const plain = startNodeEmulator(echo(''));
    await plain.waitForScreen('ready');
    plain.paste('a\nb');
    await plain.waitForScreen('"a\\rb"');
  });

  it('answers the questions of the program', async () => {
    const emulator = startNodeEmulator(echo('\u001b[6n'));
    await emulator.waitForScreen('"\\u001b[1;1R"');
  });

  it('tells the program its size, and of a new one', async () => {
    const emulator = startNodeEmulator(
      [
        '-e',
        `const show = () => console.log(process.stdout.columns + 'x' + process.stdout.rows);
         show(); process.stdout.on('resize', show); process.stdin.resume();`,
      ],
      { columns: 60, rows: 15 },
    );
    await emulator.waitForScreen('60x15');
    emulator.resize(100, 20);
    await emulator.waitForScreen('100x20');
    expect([emulator.columns, emulator.rows, emulator.screen().length]).toEqual([100, 20, 20]);
  });

  it('hides CI from the program, and the environment of the tests', async () => {
    const emulator = startNodeEmulator(
      ['-p', 'JSON.stringify([process.env.CI, process.env.TERM, process.env.VITEST])'],
      {
        env: { CI: '' },
      },
    );
    await emulator.waitForScreen('[null,"xterm-256color",null]');
  });

  it('tells of the exit code, and of a signal', async () => {
    const quitting = startNodeEmulator(echo(''));
    await quitting.waitForScreen('ready');
    quitting.type('q');
    expect(await quitting.exitCode).toBe(7);
    const killed = startNodeEmulator(echo(''));
    await killed.waitForScreen('ready');
    killed.signal('SIGTERM');
    expect(await killed.exit).toEqual({ code: 0, signal: 15 });
  });

  it('begins below what stood on the screen', async () => {
    const emulator = startNodeEmulator(['-e', `console.log('output')`], { startText: '$ command\r\n' });
    expect((await emulator.waitForScreen('output')).slice(0, 2)).toEqual(['$ command', 'output']);
  });
});

describe('waiting for the screen', () => {
  it('does not look into an update that has not ended', async () => {
    const emulator = startNodeEmulator([
      '-e',
      `process.stdin.setRawMode(true);
       process.stdout.write('before\\r\\n\\u001b[?2026hhalf');
       process.stdin.on('data', () => process.stdout.write('\\rwhole\\u001b[?2026l'));`,
    ]);
    const seen = new Set<string>();
    const whole = emulator.waitForScreen((rows) => {
      seen.add(rows[1] ?? '');
      return rows[1] === 'whole';
    });
    emulator.type('x');
    await whole;
    expect([...seen]).not.toContain('half');
  });

  it('shows the screen when the time is over', async () => {
    const emulator = startNodeEmulator(echo('this is here, '));
    await emulator.waitForScreen('ready');
    await expect(emulator.waitForScreen('that', { timeoutMs: 20 })).rejects.toThrow(
      /"that" did not come in 20 ms; the screen is:\n─+\nthis is here, ready/,
    );
  });

  it('fails as soon as the program has ended', async () => {
    const emulator = startNodeEmulator(['-e', `console.log('bye')`]);
    await expect(emulator.waitForScreen(/never/)).rejects.toThrow(
      /\/never\/ did not come before the program ended/,
    );
  });
});

it('the built program runs in the emulator', async () => {
  const cli = await createCli();
  await cli.signIn();
  const emulator = startEmulator(cli, ['chat', 'hello there'], { columns: 40 });
  await emulator.waitForScreen('You said: hello there');
  expect(await emulator.exitCode).toBe(0);
});
