import type { Taking } from './option-words.ts';

/**
 * What a rule for the beginning of a command means for a program: these options and words, and nothing else. For a program with many options this
 * is a shorter list than what it does not mean, and an option that nobody thought of asks.
 */
export type Known = Taking & {
  value?: RegExp;
  /** Of options by their names or letters, whose values are less or more than that. */
  values?: Readonly<Record<string, RegExp>>;
  /** Other words. */
  plain?: RegExp;
  /** What stands behind the letter in the same word is further letters. */
  areLettersAlone?: true;
  /** What may stand behind two dashes. */
  behind?: Known;
  /** Whatever begins with a dash is no option. */
  hasNoOptions?: true;
};

const nothing = /^(?!)/;
const numbersAndNames = /^(?!-)[\w.,:@/+* -]+$/;

/** Undefined if nothing is known of this subcommand. `args` stand behind the program, and those in front of `from` in the rule. */
export type Judge = (args: readonly string[], from: number) => boolean | undefined;

/** Whether all words from `from` on are known. The words in front of them stand in the rule. */
export function areKnown(args: readonly string[], from: number, known: Known): boolean {
  const { flags = '', valued = '', long = [], longValued = [], plain = nothing, behind = {} } = known;
  const { value: usual = numbersAndNames, values = {} } = known;
  if (known.hasNoOptions) return args.every((arg, at) => at < from || plain.test(arg));
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const isGiven = at >= from;
    if (arg === '--') return areKnown(args.slice(at + 1), from - at - 1, behind);
    let value: string | undefined;
    let takesNext = false;
    let isOption = true;
    let option = '';
    const [, name, , given] = /^--([^=]+)(=(.*))?$/s.exec(arg) ?? [];
    if (name !== undefined) {
      option = name;
      if (longValued.includes(name)) takesNext = given === undefined;
      else isOption = long.includes(name);
      value = given;
    } else if (/^-./.test(arg)) {
      const end = Array.from(arg).findIndex((sign, index) => index > 0 && !flags.includes(sign));
      if (end !== -1) {
        option = arg.charAt(end);
        isOption = valued.includes(option) && !(known.areLettersAlone && end < arg.length - 1);
        value = arg.slice(end + 1) || undefined;
        takesNext = isOption && value === undefined;
      }
    } else if (isGiven && !plain.test(arg)) return false;
    const isValue = (Object.hasOwn(values, option) && values[option]) || usual;
    if (isGiven && (!isOption || (value !== undefined && !isValue.test(value)))) return false;
    const next = args[at + 1] ?? '';
    // What the rule names may take a value, too.
    if (!isOption && at + 1 === from && !next.startsWith('-')) at += 1;
    if (!takesNext) continue;
    at += 1;
    if (at >= from && at < args.length && !isValue.test(next)) return false;
  }
  return true;
}
