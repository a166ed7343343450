import { cellWidth, toCells } from '../terminal/cell-width.ts';
import type { ThemeRole } from '../terminal/theme.ts';
import { createLineHighlighter, type LineHighlighter } from './highlight.ts';
import { type Line, toSpan } from './line.ts';
import { expandTabs, toProse, toVisibleCode } from './visible-text.ts';

/** Paints the lines of one code block. */
export type CodePainter = {
  paint(line: string): Line;
  /** A copy that continues on its own. */
  fork(): CodePainter;
};

/** `info` is the word after a fence. Without `isPainted` no time is spent on colours. */
export function createCodePainter(info: string, isPainted: boolean): CodePainter {
  const language = toLanguage(info);
  if (!isPainted) return createPlainPainter(() => undefined);
  if (language === 'diff' || language === 'patch') return createPlainPainter(toDiffRole);
  const highlighter = createLineHighlighter(language);
  return highlighter ? createHighlightPainter(highlighter) : createPlainPainter(() => undefined);
}

/** The language after a fence, where a file name or options may stand, too. */
function toLanguage(info: string): string {
  return (/^\{?\.?([^\s{},:;=]+)/.exec(info)?.[1] ?? '').toLowerCase();
}

function createPlainPainter(toRole: (line: string) => ThemeRole | undefined): CodePainter {
  const painter: CodePainter = {
    paint(line) {
      const role = toRole(line);
      return toVisibleCode(expandTabs(line), ...(role === undefined ? [] : [role]));
    },
    fork: () => painter,
  };
  return painter;
}

function createHighlightPainter(highlighter: LineHighlighter): CodePainter {
  return {
    paint: (line) =>
      highlighter.highlight(expandTabs(line)).flatMap((span) => toVisibleCode(span.text, ...span.roles)),
    fork: () => createHighlightPainter(highlighter.fork()),
  };
}

function toDiffRole(line: string): ThemeRole | undefined {
  if (/^(?:diff |index |--- |\+\+\+ )/.test(line)) return 'dim';
  if (line.startsWith('@@')) return 'accent';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : undefined;
}

/** Long enough to see, and short enough not to wrap when the window gets narrower. */
const longestRule = 24;
const longestLabel = 28;

const stroke = '─';

export function toRuleText(width: number): string {
  return stroke.repeat(Math.min(width, longestRule));
}

/** The line above a code block. Code stands between lines and not after a bar, so that it can be copied as it is. */
export function toCodeTop(info: string, width: number): Line {
  const rule = toRuleText(width);
  const label = cutToWidth(toProse(info), Math.min(longestLabel, width - 5));
  if (label === '') return [toSpan(rule, 'code-frame')];
  const rest = rule.slice(4 + cellWidth(label)) || stroke;
  return [toSpan('── ', 'code-frame'), toSpan(label, 'dim'), toSpan(` ${rest}`, 'code-frame')];
}

function cutToWidth(text: string, width: number): string {
  if (cellWidth(text) <= width) return text;
  let cut = '';
  let left = width;
  for (const cell of toCells(text)) {
    left -= cell.width;
    if (left < 0) break;
    cut += cell.text;
  }
  return cut;
}
