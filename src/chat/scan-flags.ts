/** A flag as commander knows it. */
export type FlagShape = {
  short?: string | undefined;
  long?: string | undefined;
  /** It takes a value. */
  required: boolean;
  /** It may take one. */
  optional: boolean;
};

/** A part of a command line; `args` are what it was made of, each flag by itself. `end` is the `--`, and all behind it is `literal`. */
export type Part =
  | { kind: 'word' | 'end' | 'literal'; args: [string] }
  | { kind: 'flag'; flag: FlagShape | undefined; args: string[]; hasOwnValue: boolean };

/** Whether the words that follow a flag begin with its value, for one that may stand alone. */
export type TakesNext = (flag: FlagShape, following: readonly string[]) => boolean;

export const takesWord: TakesNext = (_, [next]) => next !== undefined && !looksLikeFlag(next);

/** Reads a command line as commander does, without doing anything. */
export function scanFlags(
  argv: readonly string[],
  flags: readonly FlagShape[],
  takesNext: TakesNext = takesWord,
): Part[] {
  const parts: Part[] = [];
  const rest = [...argv];
  while (rest.length > 0) {
    const arg = rest.shift() ?? '';
    if (arg === '--') {
      parts.push({ kind: 'end', args: [arg] });
      parts.push(...rest.map((literal): Part => ({ kind: 'literal', args: [literal] })));
      break;
    }
    if (looksLikeFlag(arg)) parts.push(readFlag(arg, rest, flags, takesNext));
    else parts.push({ kind: 'word', args: [arg] });
  }
  return parts;
}

/** Takes what belongs to a flag out of `rest`, and puts back the other flags that stood behind the same dash. */
function readFlag(arg: string, rest: string[], flags: readonly FlagShape[], takesNext: TakesNext): Part {
  const equals = arg.indexOf('=');
  const name = arg.startsWith('--') ? (equals === -1 ? arg : arg.slice(0, equals)) : arg.slice(0, 2);
  const flag =
    flags.find((candidate) => candidate.long === arg || candidate.short === arg) ?? // --xl, -x
    flags.find((candidate) => candidate.long === name || candidate.short === name);
  if (flag === undefined) return { kind: 'flag', flag, args: [arg], hasOwnValue: false };
  const isWhole = flag.long === arg || flag.short === arg;
  if (!flag.required && !flag.optional) {
    if (!isWhole && !arg.startsWith('--')) rest.unshift(`-${arg.slice(2)}`);
    return { kind: 'flag', flag, args: [isWhole ? arg : name], hasOwnValue: false };
  }
  if (!isWhole) {
    // -x=python means what --extract=python does.
    const value = arg.slice(name.length).replace(/^=/, '');
    return { kind: 'flag', flag, args: [`${flag.long ?? name}=${value}`], hasOwnValue: true };
  }
  const takes = flag.required ? rest.length > 0 : takesNext(flag, rest);
  return { kind: 'flag', flag, args: takes ? [arg, rest.shift() ?? ''] : [arg], hasOwnValue: false };
}

/** A negative number is a word. */
function looksLikeFlag(arg: string): boolean {
  return arg.length > 1 && arg.startsWith('-') && !/^-(?:\d+|\d*\.\d+)(?:e[+-]?\d+)?$/.test(arg);
}
