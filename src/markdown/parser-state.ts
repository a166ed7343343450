import type { BlockSink, Container, TableSource } from './block-sink.ts';
import type { Fence, HtmlStart, ItemStart } from './line-kinds.ts';

/** The block whose lines are being read. Only paragraphs and tables wait for their end; lines of the others are told as they come. */
type Leaf =
  | { kind: 'paragraph'; afterBlank: boolean; lines: string[] }
  | { kind: 'table'; afterBlank: boolean; table: TableSource }
  | { kind: 'fence'; fence: Fence }
  | { kind: 'indented'; blanks: string[] }
  | { kind: 'html'; html: HtmlStart };

export type State = {
  containers: Container[];
  leaf: Leaf | undefined;
  afterBlank: boolean;
  nextId: number;
};

export function createState(): State {
  return { containers: [createContainer(0, 'document')], leaf: undefined, afterBlank: false, nextId: 1 };
}

/** A state that goes its own way; of an open paragraph or table it has about the last `longest` code units. */
export function forkState(state: State, longest: number): State {
  return {
    ...state,
    containers: state.containers.map((container) => ({ ...container })),
    leaf: forkLeaf(state.leaf, longest),
  };
}

export function createQuote(state: State): Container {
  leaveList(state);
  return createContainer(state.nextId++, 'quote');
}

export function createItem(state: State, item: ItemStart): Container {
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

/** `[x] text` as `text`, and the box as a mark of the item. */
export function takeTask(state: State, content: string): string {
  const [box, mark] = /^\[([ xX])\][ \t]+(?=\S)/.exec(content) ?? [];
  const item = state.containers.at(-1);
  if (box === undefined || !item) return content;
  item.task = mark === ' ' ? 'open' : 'done';
  return content.slice(box.length);
}

/** What is no item ends the list before it. */
export function leaveList(state: State): void {
  const parent = state.containers.at(-1) as Container;
  parent.list = undefined;
  parent.isEmpty = false;
}

/** A block that is told at once. */
export function begin(state: State, sink: BlockSink, depth: number): void {
  closeTo(state, sink, depth);
  leaveList(state);
  sink.begin(state.containers, state.afterBlank);
  state.afterBlank = false;
}

/** Ends the open block, and all containers but the first `depth`. */
export function closeTo(state: State, sink: BlockSink, depth: number): void {
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

export function closeLeaf(state: State, sink: BlockSink): void {
  const { leaf } = state;
  state.leaf = undefined;
  if (leaf?.kind === 'paragraph') {
    sink.begin(state.containers, leaf.afterBlank);
    sink.paragraph(leaf.lines);
  } else if (leaf?.kind === 'table') {
    sink.begin(state.containers, leaf.afterBlank);
    sink.table(leaf.table);
  } else if (leaf?.kind === 'fence') {
    sink.codeEnd();
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
      return leaf;
  }
}

/** The last lines that have together no more than `longest` code units, and of a line that alone has more its end. */
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
