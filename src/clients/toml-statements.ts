/** A line of TOML, with the lines that go on where a string or a list is open. Offsets into the text. */
export type Statement = {
  start: number;
  /** Behind the line end. */
  end: number;
  /** Where the comment begins, or what stands in its place: the line end. */
  commentStart: number;
};

const token =
  /"""(?:\\[\s\S]|[^\\])*?"""(?!")|'''[\s\S]*?'''(?!')|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\r\n]*|\r?\n|[[\]{}]/g;

/** The statements of a text that is known to be TOML, blank lines and comments among them. */
export function splitStatements(text: string): Statement[] {
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
