import { describe, expect, it } from 'vitest';
import { startNodeEmulator } from './emulator.ts';
import { measureWrites } from './screen-writes.ts';

const update = (text: string): string => `\u001b[?2026h${text}\u001b[?2026l`;

function measure(...writes: [at: number, text: string][]) {
  return measureWrites(writes.map(([at, text]) => ({ at, text })));
}

function listFrames(...writes: [at: number, text: string][]): string[] {
  return measure(...writes).frames.map(({ text }) =>
    text.replace(/\u001b\[\?2026([hl])/g, (_, mark) => (mark === 'h' ? '<' : '>')),
  );
}

describe('a frame', () => {
  it.each<[string, [number, string][], string[]]>([
    [
      'is a synchronized update',
      [
        [0, update('a')],
        [1, update('b')],
      ],
      ['<a>', '<b>'],
    ],
    ['is each of the updates in one read', [[0, update('a') + update('b')]], ['<a>', '<b>']],
    [
      'is an update over several reads',
      [
        [0, '\u001b[?2026ha'],
        [50, 'b'],
        [90, 'c\u001b[?2026l'],
      ],
      ['<abc>'],
    ],
    [
      'is an update whose marks are torn',
      [
        [0, 'x\u001b[?20'],
        [50, '26ha\u001b'],
        [60, '[?2026l'],
      ],
      ['x', '<a>'],
    ],
    [
      'has what stands beside an update in its read',
      [
        [0, `x${update('a')}y`],
        [100, 'z'],
      ],
      ['x<a>y', 'z'],
    ],
    [
      'does not take a later read into an update',
      [
        [0, update('a')],
        [1, 'x'],
      ],
      ['<a>', 'x'],
    ],
    [
      'is the reads of four milliseconds',
      [
        [0, 'a'],
        [1, 'b'],
        [3.9, 'c'],
        [4, 'd'],
        [20, 'e'],
      ],
      ['abc', 'd', 'e'],
    ],
    [
      'is an update that never ends',
      [
        [0, '\u001b[?2026ha'],
        [9, 'b'],
      ],
      ['<ab'],
    ],
  ])('%s', (_, writes, expected) => {
    expect(listFrames(...writes)).toEqual(expected);
  });

  it('has its bytes of UTF-8, marks included, and none is lost', () => {
    const report = measure([0, update('漢')], [10, 'ab']);
    expect(report.frames.map(({ bytes }) => bytes)).toEqual([8 + 3 + 8, 2]);
    expect(report.bytes).toBe(21);
  });
});

describe('the figures', () => {
  it('are the peak of any second, and the mean', () => {
    const slow: [number, string][] = [0, 500, 1000, 1500].map((at) => [at, update('a')]);
    const fast: [number, string][] = [10_000, 10_100, 10_200, 10_999, 11_000].map((at) => [at, update('b')]);
    const { framesPerSecond } = measure(...slow, ...fast);
    expect(framesPerSecond.peak).toBe(4);
    expect(framesPerSecond.overall).toBeCloseTo(8 / 11);
  });

  it('are the median and the 95th percentile of the bytes', () => {
    const writes = Array.from({ length: 100 }, (_, index): [number, string] => [
      index * 10,
      'x'.repeat(index + 1),
    ]);
    expect(measure(...writes).bytesPerFrame).toEqual({ median: 50, p95: 95 });
  });

  it('are zeros of nothing', () => {
    const { frames, bytes, framesPerSecond, bytesPerFrame } = measure();
    expect({ frames, bytes, framesPerSecond, bytesPerFrame }).toEqual({
      frames: [],
      bytes: 0,
      framesPerSecond: { peak: 0, overall: 0 },
      bytesPerFrame: { median: 0, p95: 0 },
    });
  });

  it('tell of sequences that take the screen away, torn ones too', () => {
    const { forbidden } = measure([0, 'a\u001b[2J\u001b[3J\u001b['], [9, '2J\u001b[?1049h']);
    expect(forbidden).toEqual({ eraseScreen: 2, eraseScrollback: 1, alternateScreen: 1 });
  });
});

describe('counting a line', () => {
  it('sees through styles, links and reads', () => {
    const { countLine } = measure(
      [0, '\u001b[1mone\u001b[22m \u001b]8;;https://example.com\u0007link\u001b]8;;\u0007  \r\n'],
      [9, 'two and'],
      [19, ' more\r\n'],
    );
    expect([countLine('one link'), countLine('two and more'), countLine('two')]).toEqual([1, 1, 0]);
  });

  it('counts a row again that was erased and written again', () => {
    const { countLine } = measure(
      [0, 'tail'],
      [9, '\u001b[2K\u001b[1A\u001b[2K\u001b[Gtail\r\nmore\u001b[?25h'],
    );
    expect([countLine('tail'), countLine('more')]).toEqual([2, 1]);
  });
});

it('a program that draws ten updates at a pace has them measured', async () => {
  const emulator = startNodeEmulator([
    '-e',
    `let count = 0;
     const timer = setInterval(() => {
       process.stdout.write('\\u001b[?2026h\\r\\u001b[Kframe ' + ++count + '\\u001b[?2026l');
       if (count === 10) clearInterval(timer);
     }, 20);`,
  ]);
  await emulator.exit;
  const { frames, framesPerSecond, countLine, bytesPerFrame } = measureWrites(emulator.writes);
  expect(frames).toHaveLength(10);
  expect(framesPerSecond.overall).toBeGreaterThan(20);
  expect(framesPerSecond.overall).toBeLessThan(60);
  expect(bytesPerFrame.median).toBe(Buffer.byteLength(update('\r\u001b[Kframe 5')));
  expect(countLine('frame 5')).toBe(1);
});
