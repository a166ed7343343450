import type { FormattingOptions, ParseError } from 'jsonc-parser';
import { isObject } from '../json-value.ts';
import { type Editor, FileFault } from './edits.ts';
import type { Edit } from './setup.ts';

type Parser = Pick<typeof import('jsonc-parser'), 'applyEdits' | 'modify' | 'parse' | 'printParseErrorCode'>;

/** JSON with comments and trailing commas, as editors keep their settings. */
export function createJsonEditor({ applyEdits, modify, parse, printParseErrorCode }: Parser): Editor {
  return {
    parse(text) {
      if (text.trim() === '') return undefined;
      const errors: ParseError[] = [];
      const value: unknown = parse(text, errors, { allowTrailingComma: true });
      const [first] = errors;
      if (first) throw new FileFault(toWords(printParseErrorCode(first.error)), toLine(text, first.offset));
      if (!isObject(value)) throw new FileFault('it is not a JSON object');
      return value;
    },
    edit(text, edit: Edit) {
      if (edit.kind === 'list') throw new Error('no client has a list in JSON');
      const content = text.trim() === '' ? '{}\n' : text;
      const formattingOptions = findLayout(content);
      return applyEdits(content, modify(content, edit.path, edit.value, { formattingOptions }));
    },
  };
}

function findLayout(text: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

function toLine(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** `CommaExpected` is `comma expected`. */
function toWords(code: string): string {
  return code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
