/** Marks at the beginning of a line: headings, quotations, items. */
const lineMarks = /^ {0,3}(?:#{1,6}[ \t]+|(?:>[ \t]?)+|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)/gm;
const fences = /^ {0,3}(?:`{3,}|~{3,})[^\n]*$/gm;
const links = /!?\[([^[\]\n]*)\]\([^()\n]*\)/g;
const code = /(?<!`)(`+)(?!`)([^\n]+?)(?<!`)\1(?!`)/g;
/** Not in `2 ** 3`, `snake_case` and `__init__.py`. */
const strong = /(?<![\w*])\*\*(?=[^\s*])([^*]+)(?<=\S)\*\*(?!\w)/g;
const emphasis = /(?<![\w*])([*_])(?=[^\s*_])([^*_]+)(?<=\S)\1(?![\w*])/g;

/** The beginning of a text in Markdown, as words for one row of a list. Takes a short text. */
export function toPlainWords(markdown: string): string {
  return markdown
    .replace(fences, '')
    .replace(lineMarks, '')
    .replace(links, '$1')
    .replace(code, '$2')
    .replace(strong, '$1')
    .replace(emphasis, '$2')
    .trim();
}
