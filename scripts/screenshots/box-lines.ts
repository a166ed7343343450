/** Which edges of its cell a line reaches from the middle: up, right, down, left. */
const reaches: Record<string, string> = {
  '─': 'rl',
  '│': 'ud',
  '┌': 'rd',
  '┐': 'dl',
  '└': 'ur',
  '┘': 'ul',
  '├': 'urd',
  '┤': 'udl',
  '┬': 'rdl',
  '┴': 'url',
  '┼': 'urdl',
  '╭': 'rd',
  '╮': 'dl',
  '╰': 'ur',
  '╯': 'ul',
};

const rounded = new Set(['╭', '╮', '╰', '╯']);

export type CellSize = { width: number; height: number };

/** Whether this is a line of a box, which is drawn: letters of a font leave gaps between the rows. */
export function isBoxLine(text: string): boolean {
  return text in reaches;
}

/** The `d` of an SVG path for lines of boxes side by side, whose first cell has its top left at `x` and `y`. */
export function toLinePath(text: string, x: number, y: number, { width, height }: CellSize): string {
  const middle = y + height / 2;
  const commands: string[] = [];
  let start: number | undefined;
  const endHorizontal = (end: number): void => {
    if (start !== undefined && end > start) commands.push(`M${round(start)} ${middle}H${round(end)}`);
    start = undefined;
  };
  [...text].forEach((character, index) => {
    const left = x + index * width;
    const centre = left + width / 2;
    const edges = reaches[character] ?? '';
    if (rounded.has(character)) {
      endHorizontal(left);
      commands.push(toCorner(edges, left, y, { width, height }));
      return;
    }
    if (edges.includes('l')) start ??= left;
    else endHorizontal(left);
    const [top, bottom] = [edges.includes('u') ? y : middle, edges.includes('d') ? y + height : middle];
    if (top < bottom) commands.push(`M${round(centre)} ${top}V${bottom}`);
    if (edges.includes('r')) start ??= centre;
    else endHorizontal(centre);
  });
  endHorizontal(x + [...text].length * width);
  return commands.join('');
}

function toCorner(edges: string, left: number, top: number, { width, height }: CellSize): string {
  const [centre, middle] = [left + width / 2, top + height / 2];
  const from = edges.includes('u') ? top : top + height;
  const to = edges.includes('l') ? left : left + width;
  return `M${round(centre)} ${from}Q${round(centre)} ${middle} ${round(to)} ${middle}`;
}

export function round(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}
