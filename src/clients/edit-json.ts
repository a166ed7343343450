import type { FormattingOptions, ParseError } from 'jsonc-parser';
import { isObject } from '../json-value.ts';
import { type Editor, FileFault, getIn, isOurItem } from './edits.ts';
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
      if (!isObject(value) && !Array.isArray(value)) throw new FileFault('it is not a JSON object');
      return value;
    },
    edit(text, edit: Edit) {
      const isList = edit.kind === 'list' && edit.path.length === 0;
      const content = text.trim() === '' ? (isList ? '[]\n' : '{}\n') : text;
      const formattingOptions = findLayout(content);
      const change = (before: string, path: (string | number)[], value: unknown, isArrayInsertion = false) =>
        applyEdits(before, modify(before, path, value, { formattingOptions, isArrayInsertion }));
      if (edit.kind === 'set') return change(content, edit.path, edit.value);
      const list = getIn(parse(content, [], { allowTrailingComma: true }), edit.path);
      if (list === undefined) return change(content, edit.path, edit.items);
      if (!Array.isArray(list)) throw new FileFault('it is not a list');
      const ours = list.flatMap((item, index) => (isOurItem(item, edit.name) ? index : []));
      const without = ours.reduceRight(
        (before, index) => change(before, [...edit.path, index], undefined),
        content,
      );
      const first = ours[0] ?? list.length;
      return edit.items.reduce<string>(
        (before, item, index) => change(before, [...edit.path, first + index], item, true),
        without,
      );
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
