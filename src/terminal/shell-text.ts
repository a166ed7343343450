/** What holds words that are no commands: escapes, quotes, remarks and here-documents, of which the rest of the line is kept. */
const noCommands =
  /\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|(?<=^|[\s;])#.*|(?<!<)<<-?[ \t]*(['"]?)(\w+)\1(?<more>.*)\n[\s\S]*?^[ \t]*\2$/gm;
/** A command that takes lines of its stdin, with what makes the word a command. */
const reading =
  /(?<before>^|[;&|(){}`\n]|!\s|\b(?:while|until|if|then|else|elif|do|begin|time|and|or|not|builtin|command)\s)[ \t]*(?:\w+=\S*[ \t]+)*(?:read|mapfile|readarray)(?![-\w=.(])(?<rest>(?:<&|[^;\n|)}&])*)/g;
const behindPipe = /(?<!\|)\|\s*(?:[{(]\s*)*(?:(?:while|until)\s\s*)?$/;
/** How much of a text before a command says how it is run, in characters. */
const mostBefore = 200;
const inCondition = /\b(?:while|until)\s[^;\n]*$/;

/** Whether commands in the language of a shell have a `read` on the stdin of the shell. With `isPiped`, also on a pipe or file of its own. */
export function readsLines(commands: string, isPiped = false): boolean {
  const text = commands.replaceAll(noCommands, (...found) => {
    const { more } = found.at(-1) as { more?: string };
    return more === undefined ? '_' : `<_${more}`;
  });
  return [...text.matchAll(reading)].some(({ 0: command, index, groups }) => {
    const { before = '', rest = '' } = groups ?? {};
    if (isPiped) return true;
    const head = text.slice(Math.max(0, index - mostBefore), index) + before;
    if (/<|\s-u/.test(rest) || behindPipe.test(head)) return false;
    return !isInRedirectedLoop(text.slice(index + command.length), inCondition.test(head));
  });
}

/** Whether one of the loops that end in this text, and began before it, has a file: `done < lines`. */
function isInRedirectedLoop(text: string, isCondition: boolean): boolean {
  let depth = isCondition ? 0 : 1;
  for (const { 0: word, groups } of text.matchAll(/\b(?:do\b|done\b(?<rest>[^;\n|&)]*))/g)) {
    depth += word === 'do' ? 1 : -1;
    if (depth <= 0 && groups?.rest?.includes('<')) return true;
  }
  return false;
}
