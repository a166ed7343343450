import { isObject, type JsonObject } from '../json-value.ts';
import { type Editor, FileFault, getIn } from './edits.ts';
import type { Edit } from './setup.ts';

type Parser = Pick<typeof import('smol-toml'), 'parse' | 'stringify' | 'TomlError'>;

/** A statement with the path of its table or value, from the root. */
type Named = Statement & { kind: 'table' | 'value' | 'other'; path: string[] };

/** The keys of a value, up to the equals sign. */
const keyPattern = /^(?:"(?:\\.|[^"\\])*"|'[^']*'|[^="'])+=/;

/** Edits TOML by lines: libraries lose comments or add tables. `editFile` refuses contradictory results. */
export function createTomlEditor({ parse, stringify, TomlError }: Parser): Editor {
  function read(text: string): JsonObject {
    try {
      return parse(text, { integersAsBigInt: 'asNeeded' });
    } catch (error) {
      if (!(error instanceof TomlError)) throw error;
      throw new FileFault(error.message.split('\n')[0] ?? '', error.line);
    }
  }

  function nameStatements(text: string): Named[] {
    let table: string[] = [];
    return splitStatements(text).map((statement) => {
      const code = text.slice(statement.start, statement.commentStart).trim();
      if (code === '') return { ...statement, kind: 'other', path: table };
      const isTable = code.startsWith('[');
      const path = toPath(read(isTable ? code : `${keyPattern.exec(code)?.[0]}0`));
      if (isTable) table = path;
      return { ...statement, kind: isTable ? 'table' : 'value', path: isTable ? path : [...table, ...path] };
    });
  }

  function setValue(text: string, path: string[], value: unknown): string {
    const old = getIn(read(text), path);
    if (Array.isArray(old) || (isObject(old) && !(old instanceof Date)))
      throw new FileFault('it is not a plain value');
    const named = nameStatements(text);
    const key = path.at(-1) ?? '';
    const code = stringify({ [key]: value }).trimEnd();
    const present = named.find((statement) => statement.kind === 'value' && isSame(statement.path, path));
    if (present) {
      const rest = text.slice(present.commentStart, present.end);
      return splice(text, present.start, present.end, `${code}${rest.startsWith('#') ? ' ' : ''}${rest}`);
    }
    const eol = text.includes('\r\n') ? '\r\n' : '\n';
    const place = findEnd(named, path.slice(0, -1));
    if (place !== undefined) {
      const before = place === 0 || text[place - 1] === '\n' ? '' : eol;
      return splice(text, place, place, `${before}${code}${eol}${place === 0 && text !== '' ? eol : ''}`);
    }
    const gap = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
    return `${text}${gap}[${stringifyPath(path.slice(0, -1))}]${eol}${code}${eol}`;
  }

  function stringifyPath(path: string[]): string {
    return path.map((key) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key))).join('.');
  }

  return {
    parse(text) {
      const value = read(text);
      return Object.keys(value).length === 0 ? undefined : value;
    },
    edit(text, edit: Edit) {
      if (edit.kind === 'list') throw new Error('no client has a list in TOML');
      if (edit.value !== undefined) return setValue(text, edit.path, edit.value);
      return removeStatements(text, nameStatements(text), edit.path);
    },
  };
}

/** The place to add a value to a table: after its last value or its header. Undefined without a header. */
function findEnd(named: Named[], table: string[]): number | undefined {
  const header = named.findLastIndex(({ kind, path }) => kind === 'table' && isSame(path, table));
  if (header === -1 && table.length > 0) return undefined;
  const next = named.findIndex(({ kind }, index) => index > header && kind === 'table');
  const own = named.slice(header + 1, next === -1 ? undefined : next);
  return own.findLast(({ kind }) => kind === 'value')?.end ?? named[header]?.end ?? 0;
}

/** The text without the value at that path, or without the table and all its values. */
function removeStatements(text: string, named: Named[], path: string[]): string {
  const kept = named.filter(
    ({ kind, path: own }) => kind === 'other' || !isSame(own.slice(0, path.length), path),
  );
  const result = kept.map(({ start, end }) => text.slice(start, end)).join('');
  // The blank line before a table at the end goes with it.
  return named.at(-1)?.kind !== 'other' && kept.at(-1)?.kind === 'other'
    ? result.replace(/(?<=\n)\r?\n$/, '')
    : result;
}

function splice(text: string, start: number, end: number, part: string): string {
  return text.slice(0, start) + part + text.slice(end);
}

function isSame(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}

/** The keys down to the only value of a statement. */
function toPath(value: unknown): string[] {
  const path: string[] = [];
  for (let inner = value; ; ) {
    if (Array.isArray(inner)) inner = inner[0];
    if (!isObject(inner)) return path;
    const [key] = Object.keys(inner);
    if (key === undefined) return path;
    path.push(key);
    inner = inner[key];
  }
}

/** A line of TOML, with the next lines if a string or a list is open. Offsets into the text. */
type Statement = {
  start: number;
  /** After the line end. */
  end: number;
  /** The start of the comment; the line end without one. */
  commentStart: number;
};

const token =
  /"""(?:\\[\s\S]|[^\\])*?"""(?!")|'''[\s\S]*?'''(?!')|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\r\n]*|\r?\n|[[\]{}]/g;

/** The statements of valid TOML, with blank lines and comments. */
function splitStatements(text: string): Statement[] {
  const statements: Statement[] = [];
  let depth = 0;
  let start = 0;
  let commentStart: number | undefined;
  const close = (lineEnd: number, end: number): void => {
    statements.push({ start, end, commentStart: commentStart ?? lineEnd });
    start = end;
    commentStart = undefined;
  };
  for (const { 0: found, index } of text.matchAll(token)) {
    if (found === '[' || found === '{') depth++;
    else if (found === ']' || found === '}') depth--;
    else if (depth > 0) continue;
    else if (found.startsWith('#')) commentStart = index;
    else if (found.endsWith('\n') && found.length <= 2) close(index, index + found.length);
  }
  if (start < text.length) close(text.length, text.length);
  return statements;
}
