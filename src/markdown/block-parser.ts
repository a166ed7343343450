import {
  type Container,
  continueContainer,
  createContainer,
  createItem,
  createQuote,
  leaveList,
  takeTask,
} from './containers.ts';
import {
  type Alignment,
  canInterruptText,
  countIndent,
  dropIndent,
  expandIndent,
  type Fence,
  type HtmlStart,
  type ItemStart,
  isBlank,
  isFenceEnd,
  isRule,
  parseDelimiterRow,
  parseFence,
  parseHeading,
  parseHtmlStart,
  parseItem,
  parseQuote,
  readMarks,
  splitRow,
  toUnderlineLevel,
} from './line-kinds.ts';

type BlockParser = {
  /** Takes a line without its end and without control characters. */
  accept(line: string): void;
  /** The text has ended. */
  end(): void;
  /** Continues from here into another sink. Keeps only about the last `longest` code units of a long open block. */
  fork(sink: BlockSink, longest: number): BlockParser;
};

/** Deeper quotations and items are text: no answer needs them, and each level costs time at every line. */
const deepest = 16;
/** A wider table is text. */
const mostColumns = 32;

/**
 * Finds Markdown blocks line by line, as CommonMark does. A line depends only on lines before it, except that a later line may turn a
 * paragraph's last line into a heading or table. So the blocks do not depend on how the text arrives, and every line costs the same. A long
 * paragraph goes to the sink in parts, so that it can be read while it comes; what follows its first part makes it no heading.
 */
export function createBlockParser(sink: BlockSink): BlockParser {
  return createParserOf(createState(), sink);
}

function createParserOf(state: State, sink: BlockSink): BlockParser {
  return {
    accept: (line) => acceptLine(state, sink, line),
    end: () => closeTo(state, sink, 1),
    fork: (other, longest) => createParserOf(forkState(state, longest), other),
  };
}

function acceptLine(state: State, sink: BlockSink, line: string): void {
  let depth = 1;
  let rest = expandIndent(line, 0);
  for (; depth < state.containers.length; depth += 1) {
    const inner = continueContainer(state.containers[depth] as Container, rest);
    if (inner === undefined) break;
    rest = inner;
  }
  const isInside = depth === state.containers.length;
  if (isInside && continueLeaf(state, sink, rest)) return;
  if (isBlank(rest)) {
    closeTo(state, sink, depth);
    state.afterBlank = true;
    return;
  }
  openBlocks(state, sink, rest, depth);
}

/** Whether the open block takes the line, whatever it is. */
function continueLeaf(state: State, sink: BlockSink, line: string): boolean {
  const { leaf } = state;
  switch (leaf?.kind) {
    case 'fence':
      startCode(state, sink, leaf);
      if (isFenceEnd(line, leaf.fence)) closeLeaf(state, sink);
      else sink.codeLine(dropIndent(line, leaf.fence.indent));
      return true;
    case 'indented':
      return continueIndented(leaf.blanks, sink, line);
    case 'html':
      if (!leaf.html.end && isBlank(line)) return false;
      sink.html(line);
      if (leaf.html.end?.test(line)) closeLeaf(state, sink);
      return true;
    default:
      return false;
  }
}

/** A block of code begins with its first line, or its end: an answer that was stopped behind the fence has no code. */
function startCode(state: State, sink: BlockSink, leaf: Extract<Leaf, { kind: 'fence' }>): void {
  if (leaf.isStarted) return;
  leaf.isStarted = true;
  sink.begin(state.containers, leaf.afterBlank);
  sink.codeStart(leaf.fence.info);
}

const codeIndent = 4;

/** Empty lines are code only if more code follows. */
function continueIndented(blanks: string[], sink: BlockSink, line: string): boolean {
  if (isBlank(line)) {
    blanks.push(line);
    return true;
  }
  if (countIndent(line) < codeIndent) return false;
  for (const blank of blanks.splice(0)) sink.codeLine(blank.slice(codeIndent));
  sink.codeLine(line.slice(codeIndent));
  return true;
}

/** Handles a line that may begin blocks. The first `depth` containers already hold it. */
function openBlocks(state: State, sink: BlockSink, line: string, depth: number): void {
  let rest = line;
  let inside = depth;
  const isInside = depth === state.containers.length;
  // A lazy line continues a paragraph. Only a line inside can interrupt one.
  while (inside < deepest && countIndent(rest) < codeIndent) {
    if (isInside && underlineHeading(state, sink, rest)) return;
    if (isRule(rest)) break;
    const quoted = parseQuote(rest);
    const item = quoted === undefined ? parseItem(rest) : undefined;
    if (quoted === undefined && !(item && mayOpen(item, state, inside))) break;
    closeTo(state, sink, inside);
    state.containers.push(item ? createItem(state, item) : createQuote(state));
    inside += 1;
    rest = item ? takeTask(state, item.content) : (quoted ?? '');
    if (isBlank(rest)) return;
  }
  openLeaf(state, sink, rest, inside);
}

function mayOpen(item: ItemStart, state: State, inside: number): boolean {
  return inside < state.containers.length || state.leaf?.kind !== 'paragraph' || canInterruptText(item);
}

function openLeaf(state: State, sink: BlockSink, line: string, depth: number): void {
  const { leaf } = state;
  const isInside = depth === state.containers.length;
  if (countIndent(line) >= codeIndent) {
    if (leaf?.kind === 'paragraph') addText(state, sink, leaf, line);
    else {
      begin(state, sink, depth);
      state.leaf = { kind: 'indented', blanks: [] };
      sink.codeStart('');
      sink.codeLine(line.slice(codeIndent));
    }
    return;
  }
  if (openMarked(state, sink, line, depth)) return;
  if (isInside && leaf?.kind === 'table') leaf.table.rows.push(line);
  else if (isInside && leaf?.kind === 'paragraph' && openTable(state, sink, line)) return;
  else if (leaf?.kind === 'paragraph') addText(state, sink, leaf, line);
  else openText(state, sink, line, depth);
}

/** Blocks that their first characters identify. */
function openMarked(state: State, sink: BlockSink, line: string, depth: number): boolean {
  const heading = parseHeading(line);
  const fence = parseFence(line);
  const html = parseHtmlStart(line, state.leaf?.kind === 'paragraph');
  if (!heading && !fence && !html && !isRule(line)) return false;
  if (fence) {
    state.leaf = { kind: 'fence', fence, afterBlank: leaveBlock(state, sink, depth), isStarted: false };
    return true;
  }
  begin(state, sink, depth);
  if (heading) sink.heading(heading.level, heading.text);
  else if (html) {
    sink.html(line);
    if (!html.end?.test(line)) state.leaf = { kind: 'html', html };
  } else sink.rule();
  return true;
}

function openText(state: State, sink: BlockSink, line: string, depth: number): void {
  const afterBlank = leaveBlock(state, sink, depth);
  const lines = [line.trim()];
  state.leaf = { kind: 'paragraph', afterBlank, isBegun: false, lines, closed: 0, marks: [] };
}

/** So many lines of a paragraph wait for more. */
const mostWaiting = 16;
/** After so many a mark that is open is not a mark. */
const mostMarked = 64;

/** Hands on the lines of a long paragraph up to the last after which no mark is open. The last line may still become the head of a table. */
function addText(state: State, sink: BlockSink, leaf: Paragraph, line: string): void {
  leaf.marks = readMarks(leaf.marks, leaf.lines.at(-1) ?? '');
  const isFull = leaf.lines.length >= mostMarked;
  if (isFull || leaf.marks.length === 0) leaf.closed = leaf.lines.length;
  if (isFull) leaf.marks = [];
  leaf.lines.push(line.trim());
  if (leaf.lines.length < mostWaiting) return;
  writeText(state, sink, leaf, leaf.lines.splice(0, leaf.closed));
  leaf.closed = 0;
}

function writeText(state: State, sink: BlockSink, leaf: Paragraph, lines: readonly string[]): void {
  if (lines.length === 0) return;
  if (!leaf.isBegun) sink.begin(state.containers, leaf.afterBlank);
  leaf.isBegun = true;
  sink.paragraph(lines);
}

/** Ends what a block that begins is no part of. Returns whether it begins after a blank line. */
function leaveBlock(state: State, sink: BlockSink, depth: number): boolean {
  closeTo(state, sink, depth);
  leaveList(state);
  const { afterBlank } = state;
  state.afterBlank = false;
  return afterBlank;
}

function underlineHeading(state: State, sink: BlockSink, line: string): boolean {
  const { leaf } = state;
  if (leaf?.kind !== 'paragraph' || leaf.isBegun) return false;
  const level = toUnderlineLevel(line);
  if (level === undefined) return false;
  state.leaf = undefined;
  sink.begin(state.containers, leaf.afterBlank);
  sink.heading(level, leaf.lines.join('\n'));
  return true;
}

/** Makes the last line of the paragraph the head of a table. */
function openTable(state: State, sink: BlockSink, line: string): boolean {
  const { leaf } = state;
  if (leaf?.kind !== 'paragraph') return false;
  const alignments = parseDelimiterRow(line);
  const head = leaf.lines.at(-1) ?? '';
  if (!alignments || alignments.length > mostColumns || splitRow(head).length !== alignments.length)
    return false;
  leaf.lines.pop();
  const isAlone = leaf.lines.length === 0 && !leaf.isBegun;
  if (!isAlone) closeLeaf(state, sink);
  state.leaf = {
    kind: 'table',
    afterBlank: isAlone && leaf.afterBlank,
    table: { alignments, head, rows: [] },
  };
  return true;
}

type Paragraph = {
  kind: 'paragraph';
  afterBlank: boolean;
  /** Whether its first lines are with the sink. */
  isBegun: boolean;
  /** Those that are not. */
  lines: string[];
  /** How many of them can be read without the rest. */
  closed: number;
  /** Those that are open after all lines but the last. */
  marks: readonly string[];
};

/** The block that is being read. Only paragraphs and tables wait for their end; other lines go to the sink at once. */
type Leaf =
  | Paragraph
  | { kind: 'table'; afterBlank: boolean; table: TableSource }
  | { kind: 'fence'; fence: Fence; afterBlank: boolean; isStarted: boolean }
  | { kind: 'indented'; blanks: string[] }
  | { kind: 'html'; html: HtmlStart };

type State = {
  containers: Container[];
  leaf: Leaf | undefined;
  afterBlank: boolean;
  nextId: number;
};

function createState(): State {
  return { containers: [createContainer(0, 'document')], leaf: undefined, afterBlank: false, nextId: 1 };
}

/** Copies the state. Keeps about the last `longest` code units of an open paragraph or table. */
function forkState(state: State, longest: number): State {
  return {
    ...state,
    containers: state.containers.map((container) => ({ ...container })),
    leaf: forkLeaf(state.leaf, longest),
  };
}

/** Begins a block that goes to the sink at once. */
function begin(state: State, sink: BlockSink, depth: number): void {
  sink.begin(state.containers, leaveBlock(state, sink, depth));
}

/** Ends the open block, and all containers but the first `depth`. */
function closeTo(state: State, sink: BlockSink, depth: number): void {
  closeLeaf(state, sink);
  while (state.containers.length > depth) {
    const container = state.containers.at(-1);
    if (container?.kind === 'item' && container.isEmpty) {
      sink.emptyItem(state.containers, state.afterBlank);
      state.afterBlank = false;
    }
    state.containers.pop();
  }
}

function closeLeaf(state: State, sink: BlockSink): void {
  const { leaf } = state;
  state.leaf = undefined;
  if (leaf?.kind === 'paragraph') writeText(state, sink, leaf, leaf.lines);
  else if (leaf?.kind === 'table') {
    sink.begin(state.containers, leaf.afterBlank);
    sink.table(leaf.table);
  } else if (leaf?.kind === 'fence') {
    if (leaf.isStarted) sink.codeEnd();
  } else if (leaf?.kind === 'indented') {
    if (leaf.blanks.length > 0) state.afterBlank = true;
    sink.codeEnd();
  }
}

function forkLeaf(leaf: Leaf | undefined, longest: number): Leaf | undefined {
  switch (leaf?.kind) {
    case 'paragraph':
      return { ...leaf, lines: takeLast(leaf.lines, longest), closed: 0 };
    case 'table':
      return { ...leaf, table: { ...leaf.table, rows: takeLast(leaf.table.rows, longest) } };
    case 'indented':
      return { ...leaf, blanks: takeLast(leaf.blanks, longest) };
    default:
      return leaf && { ...leaf };
  }
}

/** The last lines with at most `longest` code units together, or the end of a longer last line. */
function takeLast(lines: readonly string[], longest: number): string[] {
  let left = longest;
  let at = lines.length;
  while (at > 0 && left > 0) {
    at -= 1;
    left -= (lines[at]?.length ?? 0) + 1;
  }
  const last = lines.slice(at);
  if (left < 0) last[0] = last[0]?.slice(-left) ?? '';
  return last;
}

export type TableSource = { alignments: Alignment[]; head: string; rows: string[] };

/** Receives blocks in order. All content belongs to the containers of the last `begin`. */
export type BlockSink = {
  /** Begins a block. `afterBlank`: after an empty line. */
  begin(containers: readonly Container[], afterBlank: boolean): void;
  /** An item without content. */
  emptyItem(containers: readonly Container[], afterBlank: boolean): void;
  heading(level: number, text: string): void;
  paragraph(lines: readonly string[]): void;
  table(table: TableSource): void;
  rule(): void;
  html(line: string): void;
  codeStart(info: string): void;
  codeLine(line: string): void;
  codeEnd(): void;
};
