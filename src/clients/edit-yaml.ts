import type { Document, Node, YAMLSeq } from 'yaml';
import { type Editor, FileFault } from './editor.ts';
import type { Edit, ListEdit } from './setup.ts';
import { editValue, isOurItem, isSameValue } from './values.ts';
import { editLines } from './yaml-lines.ts';

type Parser = typeof import('yaml');

/**
 * YAML, changed line by line where its layout is a usual one. Of another, comments and order stay; blank lines and indentation are
 * made even.
 */
export function createYamlEditor(yaml: Parser): Editor {
  const { isSeq, LineCounter, parseDocument } = yaml;

  function read(text: string): Document<Node> {
    const counter = new LineCounter();
    const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, logLevel: 'error' });
    const [fault] = document.errors;
    if (fault) throw new FileFault(fault.message, counter.linePos(fault.pos[0]).line);
    return document as Document<Node>;
  }

  function setList(document: Document<Node>, { path, name, items }: ListEdit): void {
    const present = path.length === 0 ? document.contents : document.getIn(path);
    if (present === null || present === undefined) {
      const list = document.createNode(items);
      if (path.length === 0) document.contents = list;
      else document.setIn(path, list);
      return;
    }
    if (!isSeq(present)) throw new FileFault(`${path.join('.') || 'it'} is no list`);
    replaceItems(document, present, { name, items });
  }

  function says(text: string, value: unknown): boolean {
    const document = parseDocument(text, { logLevel: 'silent' });
    return document.errors.length === 0 && isSameValue(document.toJS() ?? {}, value ?? {});
  }

  return {
    parse(text) {
      const value: unknown = read(text).toJS();
      return value ?? undefined;
    },
    edit(text, edit: Edit) {
      const document = read(text);
      const lines = editLines(yaml, text, document, edit);
      if (lines !== undefined && says(lines, editValue(document.toJS() ?? undefined, edit))) return lines;
      if (edit.kind === 'list') setList(document, edit);
      else if (edit.value === undefined) document.deleteIn(edit.path);
      else document.setIn(edit.path, edit.value);
      const isEmpty = document.contents === null && !document.commentBefore && !document.comment;
      if (isEmpty) return '';
      const result = document.toString({ lineWidth: 0, ...findLayout(text) });
      return text.includes('\r\n') ? result.replaceAll(/\r?\n/g, '\r\n') : result;
    },
  };
}

function findLayout(text: string): { indent: number; indentSeq: boolean } {
  const indents = Array.from(text.matchAll(/^( +)[^\s#]/gm), ([, spaces = '']) => spaces.length);
  return {
    indent: indents.length > 0 ? Math.min(...indents.slice(0, 1000)) : 2,
    indentSeq: !/:[ \t]*\r?\n- /.test(text),
  };
}

/** What stood in front of our first item was written there by a person, and stays. */
function replaceItems(
  document: Document<Node>,
  list: YAMLSeq,
  { name, items }: Pick<ListEdit, 'name' | 'items'>,
): void {
  const isOurs = (item: unknown): boolean => isOurItem((item as Node).toJS(document), name);
  const first = list.items.findIndex(isOurs);
  const nodes = items.map((item) => document.createNode(item));
  const old = list.items[first] as Node | undefined;
  if (old?.commentBefore && nodes[0]) nodes[0].commentBefore = old.commentBefore;
  const others = list.items.filter((item) => !isOurs(item));
  const index = first === -1 ? others.length : first;
  list.items = [...others.slice(0, index), ...nodes, ...others.slice(index)];
}
