/** What is the same in each run: the texts of a picture with their rows, colours and weights, and the lines of its boxes. */
export function readPicture(svg: string): string[] {
  const inner = /<g [^>]*>\n([\s\S]*)<\/g>/.exec(svg)?.[1] ?? '';
  return (
    inner
      .split('\n')
      .filter((element) => element.startsWith('<text') || element.startsWith('<path'))
      // The logo of Claude Code moves.
      .filter((element) => !/[\u2580-\u259f]|>~</.test(element))
      .map((element) => element.replace(/ (?:x|textLength|lengthAdjust)="[^"]*"/g, '').replace('</text>', ''))
      .map((element) => passing.reduce((text, [pattern, word]) => text.replace(pattern, word), element))
  );
}

/** What no two runs have in common: times, speeds, ids and the picture of a thing that moves. */
const passing: [RegExp, string][] = [
  [/[\u2800-\u28ff]/g, '⠿'],
  [/\b\d+(?:\.\d+)? (s|ms|tokens\/s)\b/g, 'N $1'],
  [/~[\d.]+k? tokens?/g, '~N tokens'],
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT'],
  [/>[0-9A-Z]{4}-[0-9A-Z]{4}$/, '>CODE'],
  [/request id [0-9A-F:]+/g, 'request id ID'],
  [/\d{4}-\d{2}-\d{2}/g, 'DATE'],
  // Claude Code has many words for its work.
  [/\S+ for \d+s · done .*/g, 'Done'],
];
