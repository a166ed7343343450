import { CliError } from '../errors.ts';
import { isObject } from '../json-value.ts';
import { createJsonEditor } from './edit-json.ts';
import { createTomlEditor } from './edit-toml.ts';
import { createYamlEditor } from './edit-yaml.ts';
import { type Editor, editValue, FileFault, getIn, isBlank, isSameValue } from './edits.ts';
import type { Edit, FileFormat } from './setup.ts';

/** Loads the parser of a format: few commands need one. */
export async function loadEditor(format: FileFormat): Promise<Editor> {
  return keepMark(await loadPlainEditor(format));
}

async function loadPlainEditor(format: FileFormat): Promise<Editor> {
  switch (format) {
    case 'json':
      return createJsonEditor(await import('jsonc-parser'));
    case 'toml':
      return createTomlEditor(await import('smol-toml'));
    case 'yaml':
      return createYamlEditor(await import('yaml'));
  }
}

/** Keeps a byte order mark, which the parsers do not get to see. */
function keepMark(editor: Editor): Editor {
  const mark = '\ufeff';
  const strip = (text: string): string => (text.startsWith(mark) ? text.slice(mark.length) : text);
  return {
    parse: (text) => editor.parse(strip(text)),
    edit: (text, edit) => (text.startsWith(mark) ? mark : '') + editor.edit(strip(text), edit),
  };
}

export type FileText = { path: string; text: string };

/** The value of a file. Throws CliError `config` with the line if it cannot be parsed. */
export function parseFile(editor: Editor, { path, text }: FileText): unknown {
  try {
    return editor.parse(text);
  } catch (error) {
    throw toConfigError(path, error);
  }
}

/** Applies all edits and parses the text after each. Throws CliError `config` if the file is invalid or anything else would change. */
export function editFile(editor: Editor, { path, text }: FileText, edits: readonly Edit[]): string {
  let value = parseFile(editor, { path, text });
  let result = text;
  for (const edit of edits) {
    if (isDone(value, edit)) continue;
    const expected = editValue(value, edit);
    try {
      checkWay(value, edit);
      result = editor.edit(result, edit);
      value = editor.parse(result);
    } catch (error) {
      throw toConfigError(path, error, `${describePath(edit)} cannot be changed`);
    }
    if (!isSameValue(toContent(value, edit), toContent(expected, edit))) {
      throw toConfigError(path, undefined, `${describePath(edit)} cannot be changed without touching more`);
    }
  }
  return result;
}

function isDone(value: unknown, edit: Edit): boolean {
  const present = getIn(value, edit.path);
  if (edit.kind === 'set' && edit.isDefault && present !== undefined) return true;
  return isSameValue(present, getIn(editValue(value, edit), edit.path));
}

/** A text or a list in place of a section is somebody's choice: do not overwrite it. */
function checkWay(value: unknown, { path }: Edit): void {
  for (let index = 0; index < path.length; index++) {
    const above = getIn(value, path.slice(0, index));
    if (above !== undefined && above !== null && !isObject(above))
      throw new FileFault(`${path.slice(0, index).join('.') || 'the file'} is not a section`);
  }
}

function describePath({ path }: Edit): string {
  return path.join('.') || 'the list';
}

/** The value without the empty sections that a removed key may leave behind. */
function toContent(value: unknown, edit: Edit): unknown {
  if (edit.kind === 'list' || edit.value !== undefined) return value;
  let content = value;
  for (let length = edit.path.length; length > 0; length--) {
    const section = edit.path.slice(0, length);
    const inner = getIn(content, section);
    if (inner !== undefined && !isBlank(inner)) break;
    content = editValue(content, { kind: 'set', path: section, value: undefined });
  }
  return isBlank(content) ? undefined : content;
}

function toConfigError(path: string, error: unknown, problem?: string): CliError {
  if (error !== undefined && !(error instanceof FileFault)) throw error;
  const place = error?.line === undefined ? path : `${path}, line ${error.line}`;
  const reason = [problem, error?.message].filter((part) => part !== undefined).join(': ');
  return new CliError('config', `${place}: ${reason}`, {
    hint: 'Nothing was changed. Correct the file, or change it by hand.',
    cause: error,
  });
}
