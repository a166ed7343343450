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
 * paragraph's last line into a heading or table. So the blocks do not depend on how the text arrives, and every line costs the same.
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

/** The part of a line inside the container. Undefined if the line is outside. */
function continueContainer(container: Container, line: string): string | undefined {
  if (container.kind === 'quote') return parseQuote(line);
  if (isBlank(line)) return container.isEmpty ? undefined : '';
  return countIndent(line) >= container.indent ? line.slice(container.indent) : undefined;
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
    if (leaf?.kind === 'paragraph') leaf.lines.push(line.trim());
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
  else if (leaf?.kind === 'paragraph') leaf.lines.push(line.trim());
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
  state.leaf = { kind: 'paragraph', afterBlank: leaveBlock(state, sink, depth), lines: [line.trim()] };
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
  if (leaf?.kind !== 'paragraph') return false;
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
  const isAlone = leaf.lines.length === 0;
  if (!isAlone) closeLeaf(state, sink);
  state.leaf = {
    kind: 'table',
    afterBlank: isAlone && leaf.afterBlank,
    table: { alignments, head, rows: [] },
  };
  return true;
}

/** The block that is being read. Only paragraphs and tables wait for their end; other lines go to the sink at once. */
type Leaf =
  | { kind: 'paragraph'; afterBlank: boolean; lines: string[] }
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

function createQuote(state: State): Container {
  leaveList(state);
  return createContainer(state.nextId++, 'quote');
}

function createItem(state: State, item: ItemStart): Container {
  const parent = state.containers.at(-1) as Container;
  const isLater = parent.list?.key === item.key;
  const number = isLater ? parent.list?.nextNumber : item.number;
  parent.list = { key: item.key, nextNumber: (number ?? 0) + 1 };
  parent.isEmpty = false;
  return {
    ...createContainer(state.nextId++, 'item'),
    indent: item.indent,
    number: item.number === undefined ? undefined : number,
    isLater,
  };
}

/** Returns `[x] text` as `text`, and marks the item with the box. */
function takeTask(state: State, content: string): string {
  const [box, mark] = /^\[([ xX])\][ \t]+(?=\S)/.exec(content) ?? [];
  const item = state.containers.at(-1);
  if (box === undefined || !item) return content;
  item.task = mark === ' ' ? 'open' : 'done';
  return content.slice(box.length);
}

/** A block that is no item ends the list before it. */
function leaveList(state: State): void {
  const parent = state.containers.at(-1) as Container;
  parent.list = undefined;
  parent.isEmpty = false;
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
  if (leaf?.kind === 'paragraph') {
    sink.begin(state.containers, leaf.afterBlank);
    sink.paragraph(leaf.lines);
  } else if (leaf?.kind === 'table') {
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
      return { ...leaf, lines: takeLast(leaf.lines, longest) };
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

function createContainer(id: number, kind: Container['kind']): Container {
  return {
    id,
    kind,
    indent: 0,
    number: undefined,
    task: undefined,
    isLater: false,
    isEmpty: true,
    list: undefined,
  };
}

/** An open quotation or list item, or the document. */
export type Container = {
  id: number;
  kind: 'document' | 'quote' | 'item';
  /** Of an item: the indentation of its lines. */
  indent: number;
  /** Of an item: its number; undefined for a bullet. */
  number: number | undefined;
  /** Of an item: the state of the box before its text. */
  task: 'open' | 'done' | undefined;
  /** Of an item: whether it is not the first of its list. */
  isLater: boolean;
  isEmpty: boolean;
  /** The list inside that the next item may continue. */
  list: { key: string; nextNumber: number } | undefined;
};

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
