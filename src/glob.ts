/**
 * Globs in linear time, by following all ways through a pattern at once. Libraries make regular expressions, which backtrack: a pattern of
 * thirty stars, from a repository or a page of advice, would keep one busy for years.
 */
export type Glob = {
  /** Whether it matches a path with slashes. */
  matches(path: string): boolean;
  /** Whether it may match something below a folder. */
  reaches(folder: string): boolean;
};

export type GlobOptions = {
  /** Whether a wildcard matches the dot of a hidden name. */
  dot: boolean;
  /** If false, only `*`, `**`, `?` and `[…]` are special, as in git's ignore files. */
  braces: boolean;
  ignoreCase?: boolean;
  /** Whether brackets, braces and groups also mean themselves, each for itself: `[id]/[a-z]` also matches the name `[id]` with a letter in it. */
  literals?: boolean;
};

/** A step tests a character, or forks to other steps, relative to its own place. */
type Step =
  /** `isWild`: does not match a dot at the start of a name. */
  { type: 'test'; test: (code: number) => boolean; isWild: boolean } | { type: 'fork'; to: [number, number] };
type Code = Step[];

const longestPattern = 4096;
/** Nobody lists more numbers, as in `{1..9}`. */
const longestRange = 1000;
const deepestNesting = 32;
/** After this many openings without an end, the others are plain characters. */
const mostFailures = 32;

const slash = 47;
const dot = 46;

/** Undefined if the pattern is too long, or cannot be matched in linear time: `!(…)`, and too many brackets in brackets with `literals`. */
export function compileGlob(pattern: string, options: GlobOptions): Glob | undefined {
  if (pattern.length > longestPattern) return undefined;
  const code = new Parser(pattern, options).parse();
  if (!code) return undefined;
  return {
    matches: (path) => run(code, path, options.dot).isMatch,
    reaches: (folder) => run(code, `${folder}/`, options.dot).isAlive,
  };
}

/** The fixed folder at the start of a pattern, and the pattern below it. Undefined without a wildcard. */
export function splitGlob(pattern: string): { base: string; glob: string } | undefined {
  const names = pattern.split('/');
  const first = names.findIndex((name) => wildcard.test(name));
  if (first === -1) return undefined;
  const base = names.slice(0, first).map((name) => name.replace(/\\(.)/g, '$1'));
  // In `/*`, the root is the empty name before the first slash.
  return {
    base: base.length === 1 && base[0] === '' ? '/' : base.join('/'),
    glob: names.slice(first).join('/'),
  };
}

/** Braces may hold slashes, so an open brace ends the fixed part. */
const wildcard = /(?<!\\)(?:\\\\)*(?:[*?[{]|[@+!]\()/;

/** Follows all ways through the steps at once. */
function run(code: Code, text: string, takesDots: boolean): { isMatch: boolean; isAlive: boolean } {
  const seenAt = new Int32Array(code.length + 1).fill(-1);
  let places = [0];
  let before = slash;
  for (let at = 0; ; at += 1) {
    const open = followForks(code, places, seenAt, at);
    if (at === text.length) return { isMatch: open.includes(code.length), isAlive: open.length > 0 };
    const character = text.charCodeAt(at);
    const isHidden = character === dot && before === slash && !takesDots;
    places = [];
    for (const place of open) {
      const step = code[place];
      if (step?.type === 'test' && !(step.isWild && isHidden) && step.test(character)) places.push(place + 1);
    }
    if (places.length === 0) return { isMatch: false, isAlive: false };
    before = character;
  }
}

/** The places that are reached without a character, each once. */
function followForks(code: Code, places: number[], seenAt: Int32Array, at: number): number[] {
  const open: number[] = [];
  const left = [...places];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    if (seenAt[place] === at) continue;
    seenAt[place] = at;
    const step = code[place];
    if (step?.type === 'fork') left.push(place + step.to[0], place + step.to[1]);
    else open.push(place);
  }
  return open;
}

const jump = (by: number): Step => ({ type: 'fork', to: [by, by] });
const repeat = (code: Code): Code => [
  { type: 'fork', to: [1, code.length + 2] },
  ...code,
  jump(-code.length - 1),
];
const repeatOnce = (code: Code): Code => [...code, { type: 'fork', to: [-code.length, 1] }];
const orNothing = (code: Code): Code => [{ type: 'fork', to: [1, code.length + 1] }, ...code];
const either = (first: Code, second: Code): Code => [
  { type: 'fork', to: [1, first.length + 2] },
  ...first,
  jump(second.length + 1),
  ...second,
];

const anyCharacter: Step = { type: 'test', test: (code) => code !== slash, isWild: true };
const star = repeat([anyCharacter]);
const anySlash: Step = { type: 'test', test: (code) => code === slash, isWild: false };
const folders = repeat([...star, anySlash]);

/** A class, braces or a group. */
const opening = /^(?:\[|\{|[@?*+!]\()/;
/** Characters that are read twice. */
const mostReadTwice = 2 * longestPattern;

class Parser {
  #at = 0;
  #depth = 0;
  #isImpossible = false;
  #left = mostReadTwice;
  /** Whether the part before, in the same name, may be empty. A dot may then begin the name without beginning the pattern. */
  #isLoose = false;
  /** Places where no group begins, so that nothing is tried twice. */
  readonly #failed = new Set<number>();
  readonly #pattern: string;
  readonly #options: GlobOptions;

  constructor(pattern: string, options: GlobOptions) {
    this.#pattern = pattern;
    this.#options = options;
  }

  parse(): Code | undefined {
    const code = this.#parseSequence('');
    return this.#isImpossible ? undefined : code;
  }

  /** Up to one of these characters, or the end. */
  #parseSequence(ends: string): Code {
    const code: Code = [];
    const begins = new Map<number, number>();
    const jumps: { from: number; end: number }[] = [];
    while (this.#at < this.#pattern.length && !ends.includes(this.#peek())) {
      const start = this.#at;
      begins.set(start, code.length);
      const one = this.#parseOne();
      const end = this.#at;
      const isEither = this.#options.literals === true && this.#mayBePlain(start, end, ends);
      if (isEither) code.push({ type: 'fork', to: [1, one.length + 2] });
      // No spread into arguments: there may be thousands of steps.
      for (const step of one) code.push(step);
      if (!isEither) continue;
      jumps.push({ from: code.length, end });
      code.push(jump(1));
      this.#at = start;
      for (const step of this.#parsePlain()) code.push(step);
    }
    begins.set(this.#at, code.length);
    for (const { from, end } of jumps) {
      const to = begins.get(end);
      if (to === undefined) this.#isImpossible = true;
      else code[from] = jump(to - from);
    }
    return code;
  }

  /** Whether what was read is a class, braces or a group, and could be read on from its second character. */
  #mayBePlain(start: number, end: number, ends: string): boolean {
    if (!opening.test(this.#pattern.slice(start, start + 2)) || end - start < 2) return false;
    if (Array.from(ends).some((mark) => this.#pattern.slice(start, end).includes(mark))) return false;
    this.#left -= end - start;
    this.#isImpossible ||= this.#left < 0;
    return !this.#isImpossible;
  }

  /** The first character of what may be a class or a group, as one of a name. */
  #parsePlain(): Code {
    if (this.#peek() === '*') return this.#parseStars();
    return this.#peek() === '?' ? this.#take([anyCharacter], 1) : this.#takeLiteral();
  }

  #parseOne(): Code {
    const { braces } = this.#options;
    const character = this.#peek();
    const isGroup = braces && '@?*+!'.includes(character) && this.#peek(1) === '(';
    if (isGroup) return this.#parseGroup() ?? this.#takeLiteral();
    if (character === '*') return this.#parseStars();
    if (character === '/') this.#isLoose = false;
    if (character === '?') return this.#take([anyCharacter], 1);
    if (character === '[') return this.#parseClass() ?? this.#takeLiteral();
    if (character === '{' && braces) return this.#parseBraces() ?? this.#takeLiteral();
    if (character === '\\' && this.#at + 1 < this.#pattern.length) this.#at += 1;
    return this.#takeLiteral();
  }

  #parseStars(): Code {
    const before = this.#pattern[this.#at - 1];
    const [stars = ''] = /^\**/.exec(this.#pattern.slice(this.#at)) ?? [];
    const after = this.#pattern[this.#at + stars.length];
    const { braces } = this.#options;
    // Git takes the fixed beginning away first: in `a**/b`, the stars open what is left.
    const isFirst = !braces && !/[*?[\\]/.test(this.#pattern.slice(0, this.#at));
    const opens = before === undefined || before === '/' || (braces ? '{,(|'.includes(before) : isFirst);
    // For git, more stars are as good as two, and so is a slash behind a backslash, but for no folder at all.
    const isDeep = braces ? stars.length === 2 : stars.length >= 2;
    const isEscaped = after === '\\' && this.#pattern[this.#at + stars.length + 1] === '/';
    const closes = after === undefined || (braces ? '},)|'.includes(after) : isEscaped);
    if (isDeep && opens && after === '/') {
      this.#isLoose = false;
      return this.#take(folders, stars.length + 1);
    }
    this.#isLoose = true;
    if (isDeep && opens && closes) return this.#take([...folders, ...star], stars.length);
    return this.#take(star, stars.length);
  }

  #parseClass(): Code | undefined {
    const found = /^\[([!^]?)(\]?(?:\[:\w+:\]|\\.|[^\]\\])*)\]/s.exec(this.#pattern.slice(this.#at));
    if (!found) return undefined;
    const [whole, negation, members = ''] = found;
    const isMember = toMembership(members);
    const { ignoreCase = false } = this.#options;
    const has = ignoreCase
      ? (code: number) => isMember(code) || isMember(swapCase(code))
      : (code: number) => isMember(code);
    const isNegated = negation !== '';
    return this.#take(
      [{ type: 'test', test: (code) => code !== slash && has(code) !== isNegated, isWild: true }],
      whole.length,
    );
  }

  /** `{a,b}` or `{1..9}`. Undefined for other braces. */
  #parseBraces(): Code | undefined {
    const range = /^\{(-?\d{1,9})\.\.(-?\d{1,9})\}/.exec(this.#pattern.slice(this.#at));
    if (range) return this.#parseRange(range);
    return this.#parseAlternatives(1, ',', '}');
  }

  #parseRange([whole, from, to]: RegExpExecArray): Code | undefined {
    const [low, high] = [Number(from), Number(to)].sort((a, b) => a - b) as [number, number];
    if (high - low >= longestRange) return undefined;
    const numbers = Array.from({ length: high - low + 1 }, (_, index) =>
      this.#toLiterals(String(low + index)),
    );
    return this.#take(joinAlternatives(numbers), whole.length);
  }

  /** `@(a|b)`, `?(a)`, `*(a)`, `+(a)`. */
  #parseGroup(): Code | undefined {
    const kind = this.#peek();
    const inner = this.#parseAlternatives(2, '|', ')');
    if (!inner) return undefined;
    if (kind === '!') this.#isImpossible = true;
    this.#isLoose ||= kind !== '@';
    if (kind === '?') return orNothing(inner);
    if (kind === '*') return repeat(inner);
    return kind === '+' ? repeatOnce(inner) : inner;
  }

  /** Undefined, and nothing read, if the end is missing or braces hold a single item. */
  #parseAlternatives(opening: number, separator: string, end: string): Code | undefined {
    const start = this.#at;
    const isHopeless = this.#failed.has(start) || this.#failed.size >= mostFailures;
    if (this.#depth >= deepestNesting || isHopeless) return undefined;
    const before = this.#isLoose;
    this.#depth += 1;
    const alternatives: Code[] = [];
    this.#at += opening - 1;
    let isLoose = false;
    do {
      this.#at += 1;
      this.#isLoose = before;
      alternatives.push(this.#parseSequence(separator + end));
      isLoose ||= this.#isLoose;
    } while (this.#peek() === separator);
    this.#depth -= 1;
    if (this.#peek() === end && (end !== '}' || alternatives.length > 1)) {
      this.#isLoose = isLoose;
      return this.#take(joinAlternatives(alternatives), 1);
    }
    this.#failed.add(start);
    this.#isLoose = before;
    this.#at = start;
    return undefined;
  }

  #takeLiteral(): Code {
    return this.#take(this.#toLiterals(this.#peek()), 1);
  }

  #toLiterals(text: string): Code {
    const { ignoreCase = false } = this.#options;
    const isWild = this.#isLoose;
    return Array.from({ length: text.length }, (_, index) => {
      const wanted = text.charCodeAt(index);
      const other = ignoreCase ? swapCase(wanted) : wanted;
      return { type: 'test', test: (code: number) => code === wanted || code === other, isWild };
    });
  }

  #take(code: Code, length: number): Code {
    this.#at += length;
    return code;
  }

  #peek(ahead = 0): string {
    return this.#pattern[this.#at + ahead] ?? '';
  }
}

function joinAlternatives(alternatives: Code[]): Code {
  return alternatives.reduceRight((second, first) => either(first, second));
}

const namedClasses: Record<string, RegExp> = {
  alnum: /[a-z\d]/i,
  alpha: /[a-z]/i,
  blank: /[ \t]/,
  digit: /\d/,
  lower: /[a-z]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /\s/,
  upper: /[A-Z]/,
  xdigit: /[\da-f]/i,
};

/** The characters, ranges and named classes between brackets. */
function toMembership(members: string): (code: number) => boolean {
  const tests: ((code: number) => boolean)[] = [];
  const items = /\[:(\w+):\]|(\\.|[^\\])-(\\.|[^\\\]])|(\\.|[^\\])/gs;
  for (const [, name, from, to, single] of members.matchAll(items)) {
    const pattern = name === undefined ? undefined : namedClasses[name];
    if (pattern) tests.push((code) => pattern.test(String.fromCharCode(code)));
    const low = (from ?? single)?.at(-1)?.charCodeAt(0);
    const high = (to ?? single)?.at(-1)?.charCodeAt(0);
    if (low !== undefined && high !== undefined) tests.push((code) => code >= low && code <= high);
  }
  return (code) => tests.some((test) => test(code));
}

function swapCase(code: number): number {
  const character = String.fromCharCode(code);
  const lower = character.toLowerCase();
  const other = lower === character ? character.toUpperCase() : lower;
  return other.length === 1 ? other.charCodeAt(0) : code;
}
