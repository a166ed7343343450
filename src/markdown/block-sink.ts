import type { Alignment } from './line-kinds.ts';

/** A quotation or a list item that is open, or the document. */
export type Container = {
  id: number;
  kind: 'document' | 'quote' | 'item';
  /** Of an item: how far its lines are indented. */
  indent: number;
  /** Of an item: its number; undefined for a bullet. */
  number: number | undefined;
  /** Of an item: what the box before its text says, where there is one. */
  task: 'open' | 'done' | undefined;
  /** Of an item: whether the list that it belongs to had one before it. */
  isLater: boolean;
  isEmpty: boolean;
  /** The list inside that the next item may belong to. */
  list: { key: string; nextNumber: number } | undefined;
};

export type TableSource = { alignments: Alignment[]; head: string; rows: string[] };

/** What is told of a text, in its order. Everything told belongs into the containers of the last `begin`. */
export type BlockSink = {
  /** A block begins. `afterBlank`: there was an empty line before it. */
  begin(containers: readonly Container[], afterBlank: boolean): void;
  /** An item that has nothing in it. */
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
