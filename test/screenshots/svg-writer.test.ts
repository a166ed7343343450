import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { themes } from '../../scripts/screenshots/palette.ts';
import { writeSvg } from '../../scripts/screenshots/svg-writer.ts';
import { createLongAnswer } from '../helpers/long-answer.ts';
import { draw, listCells } from './pictures.ts';

/** The rows of the terminal, without the window. */
function listElements(svg: string): string[] {
  const inner = /<g [^>]*>\n([\s\S]*)<\/g>/.exec(svg)?.[1] ?? '';
  return inner.split('\n').filter((line) => line !== '');
}

const plain = 'fill="#d5d9e0"';

describe('the picture of a screen', () => {
  it('is a window with the rows in it', async () => {
    expect(
      await draw('$ \u001b[1;32mok\u001b[0m <&>\r\n\u001b[44m漢\u001b[0m', { columns: 12, rows: 2 }),
    ).toBe(
      `<svg xmlns="http://www.w3.org/2000/svg" width="138" height="102" viewBox="0 0 138 102" role="img" aria-label="a title">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace;white-space:pre}.b{font-weight:700}.i{font-style:italic}.u{text-decoration:underline}.s{text-decoration:line-through}</style>
<rect x=".5" y=".5" width="137" height="101" rx="9" fill="#16181d" stroke="#33373f"/>
<path d="M1 36V9.5A8.5 8.5 0 0 1 9.5 1H128.5A8.5 8.5 0 0 1 137 9.5V36Z" fill="#22252c"/><circle cx="20" cy="18.5" r="6" fill="#f0626a"/><circle cx="40" cy="18.5" r="6" fill="#f2bd4b"/><circle cx="60" cy="18.5" r="6" fill="#58c162"/><text x="69" y="23" text-anchor="middle" fill="#9aa2b0">a title</text>
<g transform="translate(18 48)">
<text x="0" y="14" ${plain}>$</text>
<text x="16.86" y="14" textLength="16.86" lengthAdjust="spacingAndGlyphs" fill="#8fcf7f" class="b">ok</text>
<text x="42.15" y="14" textLength="25.29" lengthAdjust="spacingAndGlyphs" ${plain}>&lt;&amp;&gt;</text>
<rect x="0" y="19" width="16.86" height="19" fill="#6cb2f7" shape-rendering="crispEdges"/>
<text x="0" y="33" ${plain}>漢</text>
</g>
</svg>
`,
    );
  });

  it.each(['dark', 'light'] as const)(
    'is well-formed, and needs nothing from elsewhere, in %s',
    async (theme) => {
      const answer = createLongAnswer(4_000).replaceAll('\n', '\r\n');
      const svg = await draw(`${answer}\u001b[7m"quoted" 'single'\u001b[0m`, {
        columns: 80,
        rows: 60,
        theme,
      });
      const { format, width } = await sharp(Buffer.from(svg)).metadata();
      expect([format, width]).toEqual(['svg', 711]);
      expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
        /https?:\/\/(?!example)|url\(|@import|<image|<script/,
      );
    },
  );

  it('escapes its title', async () => {
    expect(await draw('', { title: 'a < b & "c"' })).toContain('aria-label="a &lt; b &amp; &quot;c&quot;"');
  });

  it('shows the cursor where there is one', async () => {
    const rows = await listCells('ab', 4, 1);
    const svg = writeSvg({ rows, title: '', theme: themes.dark, cursor: { row: 0, column: 2 } });
    expect(listElements(svg).at(-1)).toMatch(/^<rect x="16.86" y="0" .*fill="#d5d9e0"/);
  });
});

describe('a text in it', () => {
  it.each([
    ['is one for a style', 'one two three', ['one two three']],
    ['ends at a gap', 'one   two', ['one', 'two']],
    ['ends at another style', 'one \u001b[1mtwo', ['one', 'two']],
    ['ends at what a font may lack', 'ok ✓ done', ['ok', '✓', 'done']],
    ['is a wide character alone', 'a漢字b', ['a', '漢', '字', 'b']],
    ['is an emoji of several code points', '👩‍💻!', ['👩‍💻', '!']],
    ['has blanks where they are underlined', '\u001b[4ma   b\u001b[24m', ['a   b']],
  ])('%s', async (_, bytes, expected) => {
    const texts = listElements(await draw(bytes)).map((element) => />([^<]*)</.exec(element)?.[1]);
    expect(texts).toEqual(expected);
  });

  it.each([
    ['bold', '1', 'class="b"'],
    ['italic and underlined', '3;4', 'class="i u"'],
    ['struck through', '9', 'class="s"'],
    ['a colour of the palette', '91', 'fill="#ff8d96"'],
    ['a colour of the cube', '38;5;208', 'fill="#ff8700"'],
    ['a grey of the ramp', '38;5;244', 'fill="#808080"'],
    ['any colour', '38;2;18;52;86', 'fill="#123456"'],
    ['dim', '2', 'fill="#94979e"'],
    ['inverse', '7', 'fill="#16181d"'],
  ])('can be %s', async (_, style, expected) => {
    const element = listElements(await draw(`\u001b[${style}mx`)).at(-1);
    expect(element).toMatch(/^<text /);
    expect(element).toContain(expected);
  });

  it('has one background behind it, as long as it is', async () => {
    const elements = listElements(await draw('a\u001b[48;2;1;2;3m b \u001b[1mc\u001b[0md\u001b[7m e'));
    expect(elements.filter((element) => element.startsWith('<rect'))).toEqual([
      '<rect x="8.43" y="0" width="33.72" height="19" fill="#010203" shape-rendering="crispEdges"/>',
      '<rect x="50.58" y="0" width="16.86" height="19" fill="#d5d9e0" shape-rendering="crispEdges"/>',
    ]);
  });
});

describe('a line of a box', () => {
  const listPaths = async (bytes: string): Promise<(string | undefined)[]> =>
    listElements(await draw(bytes)).map((element) => /<path d="([^"]*)"/.exec(element)?.[1]);

  it.each([
    ['from edge to edge', '───', ['M0 9.5H25.29']],
    ['with its corners and forks', '┌┬┐', ['M4.22 9.5V19M12.65 9.5V19M21.08 9.5V19M4.22 9.5H21.08']],
    ['between texts', '│ a │', ['M4.22 0V19', undefined, 'M37.94 0V19']],
    ['round a corner', '╭─', ['M4.22 19Q4.22 9.5 8.43 9.5M8.43 9.5H16.86']],
  ])('is drawn %s', async (_, bytes, expected) => {
    expect(await listPaths(bytes)).toEqual(expected);
  });

  it('ends at another colour', async () => {
    expect(await listPaths('─\u001b[31m─')).toHaveLength(2);
  });
});

describe('the themes', () => {
  const toLight = (part: string): number => {
    const share = Number.parseInt(part, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const toLuminance = (hex: string): number => {
    const [red = 0, green = 0, blue = 0] = (hex.slice(1).match(/../g) ?? []).map(toLight);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const toContrast = (first: string, second: string): number => {
    const [low = 0, high = 0] = [toLuminance(first), toLuminance(second)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  it.each(['dark', 'light'] as const)('have text that can be read: %s', (name) => {
    const { background, foreground, palette } = themes[name];
    // The first colour of a dark palette is a background by itself.
    const texts = [foreground, ...palette.slice(name === 'dark' ? 1 : 0)];
    expect(texts.filter((colour) => toContrast(colour, background) < 4.5)).toEqual([]);
  });
});
