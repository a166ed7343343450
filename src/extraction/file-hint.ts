import { isKnownExtension, toLanguageOfFile } from './languages.ts';

/** What stands after the fence, taken apart. */
export type FenceInfo = { language: string; fileName?: string };

const longestPath = 255;
const pathShape = /^(?:[A-Za-z]:)?[\w@.+~()[\]/\\-]+$/;
const nakedNames =
  /^(?:Dockerfile|Makefile|Gemfile|Rakefile|Procfile|Jenkinsfile|LICENSE|\.[a-z]+(?:rc|ignore))$/;

/** `py`, `py title="a.py"`, `py:src/a.py`, `src/a.py`, `{.py}`. */
export function parseFenceInfo(info: string): FenceInfo {
  const title = /\b(?:title|file|filename|path|name)=(?:"([^"]+)"|'([^']+)'|([^\s"'}]+))/.exec(info);
  const named = title?.[1] ?? title?.[2] ?? title?.[3];
  const word = /^\{?\.?([^\s{}=]+)(?![^\s{}]*=)/.exec(info)?.[1] ?? '';
  const colon = /^([\w#+-]+):(.+)$/.exec(word);
  if (named !== undefined) return { language: colon?.[1] ?? word, fileName: named };
  if (colon?.[2] && isPath(colon[2])) return { language: colon[1] ?? '', fileName: colon[2] };
  if (isPath(word)) return { language: toLanguageOfFile(word), fileName: word };
  const second = /^\S+\s+(\S+)\s*$/.exec(info)?.[1];
  return { language: word, ...(second !== undefined && isPath(second) && { fileName: second }) };
}

/** The file that the first line of the code names, in a comment and with nothing else: `// src/a.py`. */
export function findFileInComment(firstLine: string): string | undefined {
  if (firstLine.length > 2 * longestPath) return undefined;
  const comment = /^\s*(?:\/\/|\/\*|#|--|;|%|<!--)\s*(.*?)\s*(?:\*\/|-->)?\s*$/.exec(firstLine)?.[1];
  return comment === undefined ? undefined : toPath(dropLabel(comment));
}

/** The file that the line before the block names: alone and in any markup, or as the only inline code of a sentence. */
export function findFileInLine(line: string): string | undefined {
  if (line.length > 2 * longestPath) return undefined;
  const alone = dropMarkup(dropLabel(dropMarkup(line)));
  const codes = [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  return toPath(alone) ?? (codes.length === 1 ? toPath(codes[0] ?? '') : undefined);
}

/** Heading marks, list marks, emphasis, quotes and the colon at the end. */
function dropMarkup(line: string): string {
  return line
    .trim()
    .replace(/^(?:#{1,6}|[-*+]|\d{1,9}[.)])\s+/, '')
    .replace(/^[*_`"']+/, '')
    .replace(/[*_`"':]+$/, '')
    .trim();
}

function dropLabel(text: string): string {
  return text.replace(/^(?:file|filename|path)\s*:[\s*_]*/i, '');
}

function toPath(text: string): string | undefined {
  return isPath(text) ? text : undefined;
}

/** `console.log` has the shape of a file name too, and so the extension must be one of a language, or a folder stand before it. */
function isPath(text: string): boolean {
  if (text.length > longestPath || !pathShape.test(text)) return false;
  const name = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1);
  if (nakedNames.test(name)) return true;
  const extension = /.\.(\w{1,12})$/.exec(name)?.[1] ?? (/^\.(env)$/.exec(name)?.[1] || '');
  return isKnownExtension(extension) || (extension !== '' && name !== text);
}
