import type { Theme, ThemeRole } from '../terminal/theme.ts';
import type { BlockSink, TableSource } from './block-parser.ts';
import { type CodePainter, createCodePainter, toCodeTop, toRuleText } from './code.ts';
import type { Container } from './containers.ts';
import { createInlineRenderer, type InlineRenderer, toClickableTarget, toReadableTarget } from './inline.ts';
import { breakCode, type Line, paintLine, type Span, toSpan, wrapLine } from './line.ts';
import { parseDefinition, splitRow } from './line-kinds.ts';
import { layOutTable } from './table.ts';
import { expandTabs, toProse } from './visible-text.ts';

type WriterOptions = { theme: Theme; columns: number; links: boolean };

const headingRoles: readonly ThemeRole[] = ['title', 'heading'];

/** Lays out the blocks of its sink. */
type BlockWriter = {
  sink: BlockSink;
  /** The painted lines since the last call. */
  take(): string[];
  /** A copy that continues on its own. */
  fork(): BlockWriter;
  /** Lays out the next lines in this many cells. */
  resize(columns: number): void;
};

/** The most reference links to keep: the lexer checks all of them for every link. */
const mostReferences = 500;

type State = {
  /** Cells of a line. */
  columns: number;
  lines: string[];
  /** The containers of the last block, whose marks are written. */
  shown: readonly Container[];
  hasBlocks: boolean;
  prefix: Prefix;
  /** Containers from this index on have no line yet. */
  newFrom: number;
  code: CodePainter | undefined;
  references: Map<string, string>;
};

export function createBlockWriter(options: WriterOptions): BlockWriter {
  const inline = createInlineRenderer({ links: options.links, isPainted: options.theme.name !== 'none' });
  return createWriterOf(
    {
      columns: options.columns,
      lines: [],
      shown: [],
      hasBlocks: false,
      prefix: createPrefix([], options.columns),
      newFrom: 0,
      code: undefined,
      references: new Map(),
    },
    options,
    inline,
  );
}

function createWriterOf(state: State, options: WriterOptions, inline: InlineRenderer): BlockWriter {
  return {
    sink: createSink(state, options, inline),
    take: () => state.lines.splice(0),
    fork: () =>
      createWriterOf(
        { ...state, lines: [], code: state.code?.fork(), references: new Map(state.references) },
        options,
        inline,
      ),
    resize(columns) {
      state.columns = columns;
      state.prefix = createPrefix(state.shown, columns);
    },
  };
}

function createSink(state: State, options: WriterOptions, inline: InlineRenderer): BlockSink {
  const { theme, links } = options;
  const toWidth = (): number => state.columns - state.prefix.width;

  function write(line: Line): void {
    const prefix =
      state.newFrom < state.shown.length ? state.prefix.toFirst(state.newFrom) : state.prefix.rest;
    state.newFrom = state.shown.length;
    state.lines.push(paintLine(joinPrefix(prefix, line), theme));
  }

  function writeWrapped(lines: readonly Line[], ...roles: ThemeRole[]): void {
    for (const line of lines) {
      const styled =
        roles.length === 0 ? line : line.map((span) => ({ ...span, roles: [...roles, ...span.roles] }));
      for (const part of wrapLine(styled, toWidth())) write(part);
    }
  }

  function writeDefinition(label: string, target: string): void {
    const readable = toReadableTarget(target);
    const href = links ? toClickableTarget(target) : undefined;
    const link = href === undefined ? toSpan(readable, 'link') : { ...toSpan(readable, 'link'), href };
    writeWrapped([[toSpan(`[${toProse(label)}]: `, 'dim'), link]]);
    if (state.references.size < mostReferences && !state.references.has(label))
      state.references.set(label, target);
  }

  const toCells = (texts: readonly string[]): Line[][] =>
    texts.map((text) => inline.render(text, state.references));

  function begin(containers: readonly Container[], afterBlank: boolean): void {
    const common = countCommon(state.shown, containers);
    const isApart = afterBlank || !isTight(containers, common);
    if (state.hasBlocks && isApart)
      state.lines.push(
        paintLine(joinPrefix(createPrefix(containers.slice(0, common), state.columns).rest, []), theme),
      );
    state.hasBlocks = true;
    state.shown = [...containers];
    state.prefix = createPrefix(containers, state.columns);
    state.newFrom = common;
  }

  return {
    begin,
    emptyItem(containers, afterBlank) {
      begin(containers, afterBlank);
      write([]);
    },
    heading(level, text) {
      const [first = [], ...others] = inline.render(text, state.references);
      // The mark stays where nothing else tells a heading from a paragraph.
      const mark = theme.isStyled ? [] : [toSpan(`${'#'.repeat(level)} `)];
      writeWrapped([[...mark, ...first], ...others], headingRoles[level - 1] ?? 'subheading');
    },
    paragraph(lines) {
      let at = 0;
      for (; at < lines.length; at += 1) {
        const definition = parseDefinition(lines[at] ?? '');
        if (!definition) break;
        writeDefinition(definition.label, definition.target);
      }
      if (at < lines.length) writeWrapped(inline.render(lines.slice(at).join('\n'), state.references));
    },
    table({ alignments, head, rows }: TableSource) {
      const source = {
        alignments,
        head: toCells(splitRow(head)),
        rows: rows.map((row) => toCells(splitRow(row).slice(0, alignments.length))),
      };
      for (const line of layOutTable(source, toWidth())) write(line);
    },
    rule() {
      write([toSpan(toRuleText(toWidth()), 'rule')]);
    },
    html(line) {
      writeWrapped([[toSpan(toProse(expandTabs(line)))]]);
    },
    codeStart(info) {
      state.code = createCodePainter(info, theme.name !== 'none');
      write(toCodeTop(info, toWidth()));
    },
    codeLine(line) {
      const painted = state.code?.paint(line) ?? [];
      for (const part of breakCode(painted, toWidth())) write(part);
    },
    codeEnd() {
      state.code = undefined;
      write([toSpan(toRuleText(toWidth()), 'code-frame')]);
    },
  };
}

function countCommon(one: readonly Container[], other: readonly Container[]): number {
  let count = 0;
  while (count < one.length && one[count]?.id === other[count]?.id) count += 1;
  return count;
}

/** Inside items, and between items of one list, keep the written distance between blocks. */
function isTight(containers: readonly Container[], common: number): boolean {
  return containers[common - 1]?.kind === 'item' || containers[common]?.isLater === true;
}

/** Stands before the text of a block: bars of quotations, marks of items. */
type Prefix = {
  /** In cells. */
  width: number;
  /** For the first line of a block. Containers from this index on are new. */
  toFirst(newFrom: number): Line;
  /** For all other lines. */
  rest: Line;
};

/** Less room is left only if one mark alone is that wide. */
const narrowestText = 10;

const bullets = ['•', '◦', '▪'];

/** The prefix of a block. Without room for all containers, the outer ones are left out. */
function createPrefix(containers: readonly Container[], columns: number): Prefix {
  const parts = toParts(containers);
  let from = parts.length;
  let width = 0;
  for (const part of parts.toReversed()) {
    const least = from === parts.length ? 4 : narrowestText;
    if (columns - width - part.width < least) break;
    width += part.width;
    from -= 1;
  }
  const shown = parts.slice(from);
  return {
    width,
    toFirst: (newFrom) => shown.map((part, at) => (from + at >= newFrom ? part.first : part.rest)),
    rest: shown.map((part) => part.rest),
  };
}

type Part = { width: number; first: Span; rest: Span };

function toParts(containers: readonly Container[]): Part[] {
  let itemDepth = 0;
  return containers.map((container) => {
    if (container.kind === 'document') return { width: 0, first: toSpan(''), rest: toSpan('') };
    if (container.kind === 'quote') {
      const bar = toSpan('│ ', 'quote');
      return { width: 2, first: bar, rest: bar };
    }
    const mark = `${toMark(container, itemDepth)} `;
    itemDepth += 1;
    return { width: mark.length, first: toSpan(mark, 'list-mark'), rest: toSpan(' '.repeat(mark.length)) };
  });
}

/** Every character is one cell wide. */
function toMark({ number, task }: Container, depth: number): string {
  const box = task === undefined ? undefined : task === 'done' ? '[x]' : '[ ]';
  if (number === undefined) return box ?? bullets[depth % bullets.length] ?? '•';
  return box === undefined ? `${number}.` : `${number}. ${box}`;
}

/** Trims a prefix without text after it. */
function joinPrefix(prefix: Line, line: Line): Line {
  if (line.length > 0) return [...prefix, ...line];
  const spans = [...prefix];
  while (spans.length > 0 && spans.at(-1)?.text.trim() === '') spans.pop();
  const last = spans.pop();
  return last ? [...spans, { ...last, text: last.text.trimEnd() }] : [];
}
