import {
  type Assignment,
  type Command,
  forEachChild,
  type ParseError,
  type Pipeline,
  parse,
  type SyntaxNode,
  type Word,
} from 'unbash';
import { cutSplitOption, findCarried, findScript } from './carried-scripts.ts';
import { setsDecidingVariable } from './deciding-variables.ts';
import { isKnownCommand } from './known-tools.ts';
import { readsDataAlone } from './piped-input.ts';
import {
  gaps,
  globbed,
  hasBraces,
  isHarmlessRedirect,
  isPlainText,
  isQuotedHome,
  plainName,
  readPlainWord,
  spreadBraces,
} from './plain-words.ts';
import {
  addsWords,
  findRunner,
  onlyPrints,
  readsCommands,
  startsReader,
  startsShell,
  takesCode,
} from './runners.ts';
import { doubts, known, runsText } from './shell-syntax.ts';
import { expandBraces } from './walk-path.ts';

/** A command line as bash and sh would run it. */
export type ShellCommand = {
  /** The simple commands, those inside of substitutions included. */
  parts: ShellPart[];
  /** What else may be run: the commands in the arguments of `sudo`, `xargs`, `sh -c` and their like. Only rules that deny or ask look here. */
  hidden: ShellPart[];
  /**
   * The same of a shell that a program may start which is in no list of those that start others. And files that redirections read, as words behind
   * `<`.
   */
  carried: ShellPart[];
  /** Each word, wherever it stands: also what a redirection or a loop names, and each word that its braces become. */
  words: string[];
  /** Here-documents, here-strings and what is assigned to variables. */
  texts: string[];
  /** Whether there are more words than are in the list: its braces become so many, or it is nested too deeply. */
  hasMoreWords: boolean;
  /** Why no rule for single commands allows it. Undefined if all of it is plain: each program that would run is in `parts`, with its words. */
  doubt: string | undefined;
  /** Whether programs may run that are in none of the lists. */
  isOpaque: boolean;
};

/**
 * `words` are the program and its arguments. `isVague`: a word has a glob or an expansion, and is as it was typed, or words may be added. `isWhole`:
 * it stands as a command in a text, and does not only begin somewhere in the arguments of another. `isValue`: the text is that of a variable. `pipe`: what it is a part of. `isFed`: it gets
 * what another part prints.
 */
export type ShellPart = {
  words: readonly string[];
  isVague: boolean;
  isWhole?: true;
  isValue?: boolean;
  pipe?: Pipe;
  isFed?: boolean;
};

/** The outermost pipe, as it was typed. `isFollowed`: some part may do what it is told there, so that its own words do not say what it does. */
export type Pipe = { text: string; isVague: boolean; isFollowed: boolean };

/** In characters. Nobody reads a longer command before they say yes to it. */
const longestCommand = 10_000;
/** Commands in the arguments of commands in arguments. */
const deepestScript = 3;
const mostParts = 200;
/** Of all parts that are hidden in arguments, each of which has those that follow it: those of as many words as there may be parts. */
const mostHiddenWords = (mostParts * (mostParts + 1)) / 2;
/** Deeper than anybody writes. The parser reads what is inside of a substitution once more for each level. */
const deepestNesting = 50;

/** `folder` is where it would run: going there changes nothing. Where there is no bash, `sh` reads the command. */
export function parseShellCommand(
  command: string,
  folder: string,
  { hasBash = true }: { hasBash?: boolean } = {},
): ShellCommand {
  return new Reader(folder, hasBash).readAll(command);
}

class Reader {
  readonly #parts: ShellPart[] = [];
  readonly #hidden: ShellPart[] = [];
  #hiddenWords = 0;
  readonly #carried: ShellPart[] = [];
  readonly #words: string[] = [];
  #hasMoreWords = false;
  /** Here-documents and here-strings. */
  readonly #fed: string[] = [];
  readonly #assigned: string[] = [];
  #pipe: Pipe | undefined;
  #isFed = false;
  #isValue = false;
  readonly #spans: [number, number][] = [];
  #doubt: string | undefined;
  #isOpaque = false;
  /** 0 is the command itself; more is a script in an argument. */
  #depth: number;
  readonly #folder: string;
  readonly #hasBash: boolean;

  constructor(folder: string, hasBash: boolean, depth = 0) {
    this.#folder = folder;
    this.#hasBash = hasBash;
    this.#depth = depth;
  }

  readAll(command: string): ShellCommand {
    this.#readScript(command);
    this.#readFed();
    if (this.#doubt === undefined && !gaps.test(this.#cutSpans(command)))
      this.#doubtAll('it has syntax that is not understood');
    if (this.#doubt === undefined && this.#parts.length === 0) this.#doubtBecause('it is empty');
    if (this.#parts.length + this.#hidden.length >= mostParts) this.#doubtAll('it has too many parts');
    return {
      parts: this.#parts,
      hidden: this.#hidden,
      carried: this.#carried,
      words: this.#words,
      texts: [...this.#fed, ...this.#assigned],
      hasMoreWords: this.#hasMoreWords,
      doubt: this.#doubt,
      isOpaque: this.#isOpaque,
    };
  }

  /** A shell without a script in its arguments runs what it is given: a here-document, or what another part prints. */
  #readFed(): void {
    if (!this.#parts.some(({ words }) => readsCommands(words))) return;
    const texts = [...this.#fed, ...this.#words.filter((word) => /\s/.test(word))];
    this.#depth += 1;
    for (const text of texts) this.#readScript(text);
    this.#depth -= 1;
  }

  #readScript(text: string): void {
    if (text.length > longestCommand) {
      this.#doubtAll(`it is longer than ${longestCommand} characters`);
      return;
    }
    if (isNestedDeeply(text)) {
      this.#doubtAll('it is nested too deeply');
      this.#hasMoreWords = true;
      return;
    }
    if (!isPlainText.test(text)) this.#doubtBecause('it has characters other than plain ASCII');
    if (/[\0\r]/.test(text)) this.#doubtAll('it has control characters');
    try {
      this.#visit(parse(text), text);
    } catch {
      // Nested so deeply that the parser gave up.
      this.#doubtAll('it cannot be read');
    }
  }

  #doubtBecause(reason: string): void {
    this.#doubt ??= reason;
  }

  #doubtAll(reason: string): void {
    this.#doubtBecause(reason);
    this.#isOpaque = true;
  }

  #visit(node: SyntaxNode, text: string): void {
    const errors = 'errors' in node ? (node.errors as readonly ParseError[] | undefined) : undefined;
    if (errors && errors.length > 0) this.#doubtAll('it cannot be read as a command of bash');
    const reason = doubts[node.type];
    if (reason !== undefined) this.#doubtBecause(reason);
    if (runsText(node)) this.#isOpaque = true;
    if (node.type === 'HereDoc') this.#fed.push(node.body.text);
    else if (node.type === 'HereString' && node.target) this.#fed.push(node.target.value);
    if (node.type === 'Assignment') this.#readAssignment(node);
    if (node.type === 'Command') this.#readCommand(node);
    else if (node.type === 'Redirect') {
      // To other shells, the end of a command in the background, and the beginning of another one.
      if (node.operator.startsWith('&>') && (!this.#hasBash || this.#depth > 0))
        this.#doubtAll('`&>` ends a command in shells other than bash');
      if (!isHarmlessRedirect(node)) this.#doubtBecause('it redirects to or from a file');
      if (/^<>?$/.test(node.operator) && node.target) {
        const plain = readPlainWord(node.target);
        const words = ['<', plain ?? node.target.value];
        this.#carried.push({ words, isVague: plain === undefined, isWhole: true, isValue: this.#isValue });
      }
      this.#addSpan(node);
    } else if (!known.has(node.type) && reason === undefined) {
      this.#doubtBecause('it has syntax that is not understood');
    }
    if (node.type === 'For' && !/^[a-z]{1,12}$/.test(node.name.text))
      this.#doubtBecause('it sets a variable that a program may read');
    if (node.type === 'Pipeline') this.#visitPipeline(node, text);
    else forEachChild(node, (child) => this.#visit(child, text));
    // What is in the word says better why.
    if (node.type === 'Word') this.#readWord(node);
  }

  #visitPipeline(node: Pipeline, text: string): void {
    const [pipe, isFed] = [this.#pipe, this.#isFed];
    this.#pipe ??= { text: text.slice(node.pos, node.end), isVague: false, isFollowed: false };
    forEachChild(node, (child) => {
      this.#visit(child, text);
      if (child.type !== 'Negation' && child.type !== 'Time') this.#isFed = true;
    });
    [this.#pipe, this.#isFed] = [pipe, isFed];
  }

  #addSpan({ pos, end }: { pos: number; end: number }): void {
    this.#spans.push([pos, end]);
  }

  /** What the parser took for neither a word nor a redirection. */
  #cutSpans(text: string): string {
    let rest = '';
    let at = 0;
    for (const [start, end] of this.#spans.sort(([one], [other]) => one - other)) {
      if (start >= at) rest += `${text.slice(at, start)} `;
      at = Math.max(at, end);
    }
    return rest + text.slice(at);
  }

  #readWord(word: Word): void {
    this.#addSpan(word);
    const plain = readPlainWord(word);
    this.#words.push(plain ?? word.value);
    if (hasBraces(word)) {
      const further = expandBraces(word.value);
      if (further) this.#words.push(...further.map((text) => text.replaceAll(/["'\\]/g, '')));
      else this.#hasMoreWords = true;
    }
    if (plain === undefined)
      this.#doubtBecause('it has expansions, braces or globs that could become other words');
  }

  /** A program, or a later command, may run the value. */
  #readAssignment({ value }: Assignment): void {
    const texts = value.type === 'Word' ? [value.value] : value.elements.map((word) => word.value);
    this.#assigned.push(...texts);
    // What is put in there is known only when it runs: whatever then runs the value is vague itself.
    const isValue = this.#isValue;
    this.#isValue = true;
    for (const text of texts) if (!/^["']*[$`]/.test(text)) this.#readArguments([text], 0, true);
    this.#isValue = isValue;
  }

  #readCommand({ name, suffix }: Command): void {
    if (!name) return;
    const args = suffix.filter((item) => item.type === 'Word');
    if (suffix.some(({ type }) => type === 'Assignment')) this.#doubtBecause('it sets a variable');
    const words: ReadWord[] = [name, ...args].map((word) => ({ word, plain: readPlainWord(word) }));
    const values = words.map(({ word, plain }) => plain ?? word.value);
    if (!plainName.test(name.text)) {
      this.#doubtBecause('the name of its program is not plain');
      if (words[0]?.plain === undefined || globbed.test(name.text)) this.#isOpaque = true;
    }
    if (values.length === 2 && values[0] === 'cd' && values[1] === this.#folder && this.#depth === 0) return;
    const isVague = words.some(
      ({ word, plain }) => plain === undefined || globbed.test(word.text) || isQuotedHome(word.text, plain),
    );
    const part: ShellPart = { words: values, isVague, isWhole: true, isValue: this.#isValue };
    if (this.#depth === 0) {
      const pipe = this.#pipe;
      if (pipe && isVague) pipe.isVague = true;
      if (pipe && this.#isFed && !readsDataAlone(values)) pipe.isFollowed = true;
      this.#parts.push({ ...part, ...(pipe && { pipe, isFed: this.#isFed }) });
    } else this.#hidden.push(part);
    // `env`, `sudo`, and whatever else starts a program with the variables in its arguments.
    if (!onlyPrints(values) && values.slice(1).some(setsDecidingVariable)) this.#isOpaque = true;
    const unknown = new Set(words.flatMap(({ word, plain }) => (plain === undefined ? [word.value] : [])));
    if (takesCode(values, (word) => unknown.has(word)) || startsShell(values)) this.#isOpaque = true;
    const runner = findRunner(values);
    if (!runner) {
      if (startsReader(values)) this.#isOpaque = true;
      this.#readCarried(words, isVague);
      return;
    }
    const isKnown = isKnownCommand(values);
    if (!isKnown) this.#doubtBecause(runner.reason);
    const started = values.slice(1).find((value) => !value.startsWith('-')) ?? '';
    const isAny = !runner.addsWords && /[*?[]/.test(started);
    if ((runner.isOpaque && !isKnown) || isAny || words.some(({ plain }) => plain === undefined))
      this.#isOpaque = true;
    this.#readArguments(values, 1, runner.addsWords, isKnown);
  }

  /** By a reader of its own: a rule that allows the program allows what it is given. */
  #readCarried(words: readonly ReadWord[], isVague: boolean): void {
    const spread = words.flatMap(({ word, plain }) =>
      spreadBraces(word).map((value) => ({ value, isPlain: plain !== undefined })),
    );
    const values = spread.map(({ value }) => value);
    if (spread.length > words.length) this.#carried.push({ words: values, isVague, isWhole: true });
    const found = findCarried(values);
    if (found === undefined) return;
    const reader = new Reader(this.#folder, this.#hasBash, this.#depth);
    reader.#readArguments(values.map(cutSplitOption), found.at, found.addsWords);
    this.#carried.push(...reader.#hidden, ...reader.#carried);
    this.#hasMoreWords ||= reader.#hasMoreWords;
    if (reader.#isOpaque || reader.#hidden.length >= mostParts) this.#isOpaque = true;
    if (spread.slice(found.at).some(({ isPlain }) => !isPlain)) this.#isOpaque = true;
  }

  /** Each word from `first` on may begin a command, or be one, unless it is known what they are. */
  #readArguments(said: readonly string[], first: number, isVague: boolean, areKnown = false): void {
    if (this.#depth >= deepestScript) {
      this.#doubtAll('it nests commands in arguments');
      return;
    }
    this.#depth += 1;
    const script = findScript(said);
    let isAdding = isVague || said.slice(0, first).some(addsWords);
    for (let at = first; at < said.length && this.#hidden.length < mostParts; at += 1) {
      const word = said[at] ?? '';
      this.#hiddenWords += said.length - at;
      if (this.#hiddenWords > mostHiddenWords) {
        this.#doubtAll('it has too many words');
        break;
      }
      this.#hidden.push({ words: said.slice(at), isVague: isAdding });
      isAdding ||= addsWords(word);
      if (!areKnown && (at === script || /[\s;&|<>$`(]/.test(word))) this.#readScript(word);
    }
    this.#depth -= 1;
  }
}

/** `plain` is undefined if a shell expands the word. */
type ReadWord = { word: Word; plain: string | undefined };

/** Whether more is open in a text than anybody nests, in quotes or not. */
function isNestedDeeply(text: string): boolean {
  let depth = 0;
  for (const [mark] of text.matchAll(/[$<>=]\(|\$\{|[)}]/g)) {
    depth = mark.length === 1 ? Math.max(0, depth - 1) : depth + 1;
    if (depth > deepestNesting) return true;
  }
  return false;
}
