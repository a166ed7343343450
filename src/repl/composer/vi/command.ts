import { objectKeys } from './objects.ts';

/** A whole command of normal or visual mode: `3dw`, `ci(`, `fx`, `p`. */
export type ViCommand = {
  /** Undefined if none was typed. */
  count: number | undefined;
  /** `d`, `c` or `y`, if the command has a motion or an object behind it. */
  operator: string | undefined;
  /** A motion, `line` for a doubled operator, an object as `iw`, or a command of its own. */
  key: string;
  /** The character behind `f`, `F`, `t`, `T` and `r`. */
  character: string | undefined;
};

const motions = [
  'h',
  'l',
  ' ',
  'j',
  'k',
  'w',
  'b',
  'e',
  'W',
  'B',
  'E',
  '0',
  '^',
  '_',
  '$',
  'G',
  '%',
  ';',
  ',',
  '{',
  '}',
];
const longMotions = ['gg', 'ge', 'gE', 'g_'];
const finders = ['f', 'F', 't', 'T'];
const operators = ['d', 'c', 'y'];
const simple = [...'xXr~sSDCYpPuJoOIAiavV.', '<c-r>'];
const visual = [...'dxXDycsSCYpPr~uUJovV'];

const maxCount = 99_999;

/** The command that was typed so far. Undefined if it is none, `partial` if more keys belong to it. */
export function parseViCommand(
  keys: readonly string[],
  isVisual: boolean,
): ViCommand | 'partial' | undefined {
  let at = 0;
  const readCount = (): number | undefined => {
    let digits = '';
    while (/^\d$/.test(keys[at] ?? '') && !(digits === '' && keys[at] === '0')) digits += keys[at++];
    return digits === '' ? undefined : Math.min(Number(digits), maxCount);
  };
  let count = readCount();
  let operator: string | undefined;
  if (!isVisual && operators.includes(keys[at] ?? '')) {
    operator = keys[at++];
    const second = readCount();
    if (second !== undefined) count = Math.min((count ?? 1) * second, maxCount);
  }
  const key = keys[at];
  const next = keys[at + 1];
  if (key === undefined) return 'partial';
  const command = (name: string, character?: string): ViCommand => ({
    count,
    operator,
    key: name,
    character,
  });
  if (operator !== undefined && (key === operator || key === '_')) return command('line');
  if (key === 'g') {
    if (next === undefined) return 'partial';
    return longMotions.includes(key + next) ? command(key + next) : undefined;
  }
  if (finders.includes(key)) return next === undefined ? 'partial' : readCharacter(next, command, key);
  if ((operator !== undefined || isVisual) && (key === 'i' || key === 'a')) {
    if (next === undefined) return 'partial';
    return objectKeys.includes(next) ? command(key + next) : undefined;
  }
  if (motions.includes(key)) return command(key);
  if (operator !== undefined || !(isVisual ? visual : simple).includes(key)) return undefined;
  if (key !== 'r') return command(key);
  return next === undefined ? 'partial' : readCharacter(next, command, key);
}

function readCharacter(
  character: string,
  command: (name: string, character: string) => ViCommand,
  key: string,
): ViCommand | undefined {
  // The names of keys are no characters.
  return /^<.+>$/.test(character) ? undefined : command(key, character);
}
