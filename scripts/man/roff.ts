/** The longest line of a source of man, as `mandoc -T lint` wants it. */
const maxColumns = 78;

/** Characters that roff, or a font of PostScript, would take for others. */
const names: Record<string, string> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '"': '\\(dq',
  '^': '\\(ha',
  '~': '\\(ti',
  '`': '\\(ga',
};

/** Text that is printed as it stands. Characters beyond ASCII get their number, because not every roff reads UTF-8. */
export function toRoff(text: string): string {
  return [...text]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      return (
        names[character] ??
        (code > 126 ? `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]` : character)
      );
    })
    .join('');
}

export const bold = (text: string): string => `\\fB${toRoff(text)}\\fR`;
export const italic = (text: string): string => `\\fI${toRoff(text)}\\fR`;

/** A line that begins like a request of roff would be one. */
const guard = (line: string): string => (/^[.']/.test(line) ? `\\&${line}` : line);

/** Filled text, from text that is already escaped. */
export function toLines(escaped: string): string[] {
  const lines: string[] = [];
  for (const word of escaped.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= maxColumns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map(guard);
}

export const section = (title: string): string => `.SH ${quote(title.toUpperCase())}`;
export const subsection = (title: string): string => `.SS ${quote(title)}`;
export const paragraph = (escaped: string): string[] => ['.PP', ...toLines(escaped)];

/** A term, and what it means, further in. Both are escaped. */
export const tagged = (term: string, about: string): string[] => ['.TP', guard(term), ...toLines(about)];

/** Lines as they stand, such as a command that can be copied. */
export function verbatim(text: string): string[] {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => fold(guard(toRoff(line))));
  return ['.PP', '.RS 4', '.nf', ...lines, '.fi', '.RE'];
}

/** A backslash at the end joins a line with the next one. */
function fold(line: string): string {
  if (line.length <= maxColumns) return line;
  const blank = line.lastIndexOf(' ', maxColumns);
  return blank <= 0 ? line : `${line.slice(0, blank)}\\\n${fold(line.slice(blank))}`;
}

function quote(text: string): string {
  return /\s/.test(text) ? `"${toRoff(text)}"` : toRoff(text);
}
