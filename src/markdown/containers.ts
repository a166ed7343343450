import { countIndent, type ItemStart, isBlank, parseQuote } from './line-kinds.ts';

/** An open quotation or list item, or the document, in which blocks stand. */
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

/** The open containers, the innermost last. */
type Open = { containers: Container[]; nextId: number };

/** The part of a line inside the container. Undefined if the line is outside. */
export function continueContainer(container: Container, line: string): string | undefined {
  if (container.kind === 'quote') return parseQuote(line);
  if (isBlank(line)) return container.isEmpty ? undefined : '';
  return countIndent(line) >= container.indent ? line.slice(container.indent) : undefined;
}

export function createQuote(state: Open): Container {
  leaveList(state);
  return createContainer(state.nextId++, 'quote');
}

export function createItem(state: Open, item: ItemStart): Container {
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
export function takeTask(state: Open, content: string): string {
  const [box, mark] = /^\[([ xX])\][ \t]+(?=\S)/.exec(content) ?? [];
  const item = state.containers.at(-1);
  if (box === undefined || !item) return content;
  item.task = mark === ' ' ? 'open' : 'done';
  return content.slice(box.length);
}

/** A block that is not an item ends the list before it. */
export function leaveList(state: Open): void {
  const parent = state.containers.at(-1) as Container;
  parent.list = undefined;
  parent.isEmpty = false;
}

export function createContainer(id: number, kind: Container['kind']): Container {
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
