import { createJsonEditor } from './edit-json.ts';
import { createTomlEditor } from './edit-toml.ts';
import { createYamlEditor } from './edit-yaml.ts';
import type { Editor } from './editor.ts';
import type { FileFormat } from './setup.ts';

/** The parsers are loaded here, for few commands need them. */
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

/** A byte order mark is none of the parsers' business, and stays. */
function keepMark(editor: Editor): Editor {
  const mark = '\ufeff';
  const strip = (text: string): string => (text.startsWith(mark) ? text.slice(mark.length) : text);
  return {
    parse: (text) => editor.parse(strip(text)),
    edit: (text, edit) => (text.startsWith(mark) ? mark : '') + editor.edit(strip(text), edit),
  };
}
