import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import type { Edit, ListEdit, SetEdit } from './setup.ts';
import { isOurItem } from './values.ts';

type Parser = Pick<typeof import('yaml'), 'isMap' | 'isSeq' | 'stringify'>;

/** What stands from one offset of a text to another, and what comes in its place. */
type Splice = { start: number; end: number; text: string };

/**
 * The text with the edit in it and every other line as it was. A guess: what it makes of texts that are laid out in other ways than
 * usual may say something else, or is undefined.
 */
export function editLines(
  yaml: Parser,
  text: string,
  document: Document<Node>,
  edit: Edit,
): string | undefined {
  const splices =
    edit.kind === 'list' ? placeItems(yaml, text, document, edit) : placeValue(yaml, text, document, edit);
  if (!splices) return undefined;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return splices
    .sort((a, b) => b.start - a.start)
    .reduce(
      (result, { start, end, text: part }) =>
        result.slice(0, start) + part.replaceAll('\n', eol) + result.slice(end),
      text,
    );
}

function placeValue(
  yaml: Parser,
  text: string,
  { contents }: Document<Node>,
  { path, value }: SetEdit,
): Splice[] | undefined {
  const [key = '', ...deeper] = path;
  if (deeper.length > 0 || (contents && !yaml.isMap(contents))) return undefined;
  const pair = contents ? findPair(contents, key) : undefined;
  if (!pair)
    return value === undefined ? [] : [append(text, yaml.stringify({ [key]: value }, { lineWidth: 0 }))];
  const [keyRange, valueRange] = [pair.key.range, pair.value?.range];
  if (!keyRange || !valueRange) return undefined;
  if (value === undefined) {
    return [{ start: findLineStart(text, keyRange[0]), end: findLineEnd(text, valueRange[1]), text: '' }];
  }
  if (text.slice(valueRange[0], valueRange[1]).includes('\n')) return undefined;
  const code = yaml.stringify(value, { lineWidth: 0 }).trimEnd();
  return [{ start: valueRange[0], end: valueRange[1], text: code }];
}

function placeItems(
  yaml: Parser,
  text: string,
  document: Document<Node>,
  { path, name, items }: ListEdit,
): Splice[] | undefined {
  const { contents } = document;
  const [key] = path;
  const pair = key !== undefined && yaml.isMap(contents) ? findPair(contents, key) : undefined;
  const list = key === undefined ? contents : pair?.value;
  if (!list) {
    const value = key === undefined ? items : { [key]: items };
    return pair || path.length > 1 ? undefined : [append(text, yaml.stringify(value, { lineWidth: 0 }))];
  }
  const lines = yaml.isSeq(list) && !list.flow ? findItems(text, list) : undefined;
  if (!lines || path.length > 1) return undefined;
  const ours = lines.filter(({ node }) => isOurItem(node.toJS(document), name));
  const isEmptied = items.length === 0 && ours.length === lines.length;
  if (isEmptied && !pair?.key.range) return undefined;
  const removals = ours.map(({ start, end }) => ({ start, end, text: '' }));
  const place = ours[0]?.start ?? lines.at(-1)?.end ?? 0;
  const indent = lines[0]?.indent ?? '';
  const before = text[place - 1] === '\n' || place === 0 ? '' : '\n';
  const code =
    items.length === 0 ? '' : yaml.stringify(items, { lineWidth: 0 }).replaceAll(/^(?=.)/gm, indent);
  const [, keyEnd = 0] = pair?.key.range ?? [];
  const rest = isEmptied ? [{ start: keyEnd + 1, end: keyEnd + 1, text: ' []' }] : [];
  const [first, ...others] = removals;
  if (first) return [{ ...first, text: code }, ...others, ...rest];
  return [{ start: place, end: place, text: before + code }];
}

/** The lines of each item of a list, from its dash on; undefined where one shares its line with something else. */
function findItems(text: string, list: YAMLSeq) {
  const items = list.items.map((item) => {
    const node = item as Node;
    const [from, to] = node.range ?? [0, 0];
    const start = findLineStart(text, from);
    const indent = /^([ ]*)-[ ]+$/.exec(text.slice(start, from))?.[1];
    return { node, start, end: findLineEnd(text, to), indent };
  });
  return items.every(({ indent }) => indent !== undefined) ? items : undefined;
}

function findPair(map: YAMLMap, key: string): Pair<Node, Node | null> | undefined {
  const pairs = map.flow ? [] : (map.items as Pair<Node, Node | null>[]);
  return pairs.find((pair) => (pair.key as { value?: unknown }).value === key);
}

function append(text: string, code: string): Splice {
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  return { start: text.length, end: text.length, text: gap + code };
}

function findLineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the line end. A block's own end is already there. */
function findLineEnd(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}
