import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { type Editor, FileFault, isOurItem } from './edits.ts';
import type { ListEdit, SetEdit } from './setup.ts';

type Parser = Pick<typeof import('yaml'), 'isMap' | 'isSeq' | 'LineCounter' | 'parseDocument' | 'stringify'>;

/** Replaces the text between two offsets. */
type Splice = { start: number; end: number; text: string };

/** An item of a list, or a key with its value: whole lines in a block, the bare text in a flow (`{}` or `[]`). */
type Entry<T> = { node: T; start: number; end: number };

type YamlPair = Pair<Node, Node | null>;

/** Edits YAML in place at the parser's positions. An unusual layout can give a wrong result, which `editFile` refuses. */
export function createYamlEditor({ isMap, isSeq, LineCounter, parseDocument, stringify }: Parser): Editor {
  function read(text: string): Document<Node> {
    const counter = new LineCounter();
    const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, logLevel: 'error' });
    const [fault] = document.errors;
    if (fault) throw new FileFault(fault.message, counter.linePos(fault.pos[0]).line);
    return document as Document<Node>;
  }

  function placeValue(text: string, document: Document<Node>, { path, value }: SetEdit): Splice[] {
    const [key = '', ...deeper] = path;
    if (deeper.length > 0) throw new Error('no client has a key inside another in YAML');
    const map = isMap(document.contents) ? document.contents : undefined;
    const pairs = map ? listPairs(text, map) : [];
    const pair = pairs.find(({ node }) => isNamed(node, key));
    if (!pair) return value === undefined ? [] : [addPair(text, document, map, pairs, { [key]: value })];
    if (value === undefined) return removeEntries(pairs, [pair], map?.flow);
    const [start, end] = findRange(pair.node.value ?? pair.node.key);
    const ending = text[end - 1] === '\n' ? '\n' : '';
    return [{ start, end, text: (map?.flow ? JSON.stringify(value) : format(value).trimEnd()) + ending }];
  }

  function placeItems(text: string, document: Document<Node>, { path, name, items }: ListEdit): Splice[] {
    const [key, ...deeper] = path;
    if (deeper.length > 0) throw new Error('no client has a list inside another key in YAML');
    const map = key !== undefined && isMap(document.contents) ? document.contents : undefined;
    const pairs = map ? listPairs(text, map) : [];
    const pair = key === undefined ? undefined : pairs.find(({ node }) => isNamed(node, key))?.node;
    if (key !== undefined && !pair) return [addPair(text, document, map, pairs, { [key]: items })];
    const list = key === undefined ? document.contents : pair?.value;
    if (isSeq(list))
      return replaceItems(text, list, items, pair, (item) => isOurItem(item.toJS(document), name));
    if (list?.toJS(document) != null) throw new FileFault(`${key ?? 'it'} is not a list`);
    if (!list || !pair) return [append(text, document, format(items))];
    const [start, end] = findRange(list);
    return [{ start, end, text: `\n${format(items).trimEnd()}` }];
  }

  /** Keeps what a person wrote before our first item. */
  function replaceItems(
    text: string,
    list: YAMLSeq,
    items: unknown[],
    pair: YamlPair | undefined,
    isOurs: (item: Node) => boolean,
  ): Splice[] {
    const entries = listItems(text, list);
    const ours = entries.filter(({ node }) => isOurs(node));
    const [first, ...others] = ours;
    if (list.flow) {
      const code = items.map((item) => JSON.stringify(item)).join(', ');
      if (!first) return [addToFlow(text, list, entries.length, code)];
      if (code === '') return removeEntries(entries, ours, true);
      return [{ ...first, text: code }, ...removeEntries(entries, others, true)];
    }
    const indent = /^ */.exec(text.slice(entries[0]?.start ?? 0))?.[0] ?? '';
    const code = items.length === 0 ? '' : format(items).replaceAll(/^(?=.)/gm, indent);
    if (!first) {
      const place = entries.at(-1)?.end ?? 0;
      return [{ start: place, end: place, text: (text[place - 1] === '\n' ? '' : '\n') + code }];
    }
    const removals = removeEntries(entries, others);
    if (code !== '' || ours.length < entries.length) return [{ ...first, text: code }, ...removals];
    // Without this, the key would have no value.
    const [, keyEnd] = pair ? findRange(pair.key) : [];
    if (keyEnd === undefined) return [{ ...first, text: '[]\n' }, ...removals];
    return [{ start: keyEnd + 1, end: keyEnd + 1, text: ' []' }, { ...first, text: '' }, ...removals];
  }

  function addPair(
    text: string,
    document: Document<Node>,
    map: YAMLMap | undefined,
    pairs: readonly Entry<YamlPair>[],
    value: Record<string, unknown>,
  ): Splice {
    if (map?.flow) return addToFlow(text, map, pairs.length, JSON.stringify(value).slice(1, -1));
    return append(text, document, format(value));
  }

  function format(value: unknown): string {
    return stringify(value, { lineWidth: 0 });
  }

  return {
    parse: (text) => (read(text).toJS() as unknown) ?? undefined,
    edit(text, edit) {
      const document = read(text);
      const eol = text.includes('\r\n') ? '\r\n' : '\n';
      const splices =
        edit.kind === 'list' ? placeItems(text, document, edit) : placeValue(text, document, edit);
      return splices
        .sort((a, b) => b.start - a.start)
        .reduce(
          (result, { start, end, text: part }) =>
            result.slice(0, start) + part.replaceAll('\n', eol) + result.slice(end),
          text,
        );
    },
  };
}

function listPairs(text: string, map: YAMLMap): Entry<YamlPair>[] {
  return (map.items as YamlPair[]).map((node) => {
    const [start] = findRange(node.key);
    const [, end] = findRange(node.value ?? node.key);
    return map.flow
      ? { node, start, end }
      : { node, start: findLineStart(text, start), end: findLineEnd(text, end) };
  });
}

function listItems(text: string, list: YAMLSeq): Entry<Node>[] {
  return (list.items as Node[]).map((node) => {
    const [start, end] = findRange(node);
    if (list.flow) return { node, start, end };
    // The dash may stand in a line of its own.
    const dash = text.slice(0, start).trimEnd().length;
    return { node, start: findLineStart(text, dash), end: findLineEnd(text, end) };
  });
}

function isNamed({ key }: YamlPair, name: string): boolean {
  return (key as { value?: unknown }).value === name;
}

/** In a flow, the commas between them go, too. */
function removeEntries<T>(
  entries: readonly Entry<T>[],
  removed: readonly Entry<T>[],
  isFlow = false,
): Splice[] {
  if (!isFlow) return removed.map(({ start, end }) => ({ start, end, text: '' }));
  const lastKept = entries.findLastIndex((entry) => !removed.includes(entry));
  const tail = entries.slice(lastKept + 1);
  const splices = entries
    .slice(0, lastKept)
    .flatMap((entry, index) =>
      removed.includes(entry)
        ? [{ start: entry.start, end: entries[index + 1]?.start ?? entry.end, text: '' }]
        : [],
    );
  const [first, last] = [tail[0], tail.at(-1)];
  if (!first || !last) return splices;
  return [...splices, { start: entries[lastKept]?.end ?? first.start, end: last.end, text: '' }];
}

function addToFlow(text: string, flow: YAMLMap | YAMLSeq, count: number, code: string): Splice {
  const place = findRange(flow)[1] - 1;
  const hasComma = /,\s*$/.test(text.slice(0, place));
  return { start: place, end: place, text: count === 0 || hasComma ? code : `, ${code}` };
}

/** At the end of the document, which may have a mark. */
function append(text: string, { range }: Document<Node>, code: string): Splice {
  const [, contentEnd = 0] = range ?? [];
  const mark = text.slice(contentEnd).search(/^\.\.\./m);
  const place = mark === -1 ? text.length : contentEnd + mark;
  const gap = place === 0 || text[place - 1] === '\n' ? '' : '\n';
  return { start: place, end: place, text: gap + code };
}

function findRange({ range }: Node): [start: number, end: number] {
  if (!range) throw new FileFault('it cannot be found');
  return [range[0], range[1]];
}

function findLineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** After the line end. A block's own end is already there. */
function findLineEnd(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}
