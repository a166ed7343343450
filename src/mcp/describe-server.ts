import { showExactly } from '../terminal/show-hidden.ts';
import type { ServerWay } from './mcp-server.ts';

/** What it starts or reaches, as a person would type it, on one line. `describeSettings` has the rest. */
export function describeWay(way: ServerWay): string {
  return way.kind === 'stdio'
    ? [way.command, ...way.args].map(describeWord).join(' ')
    : describeText(way.url);
}

/** What else a person should see before it is started: each variable or header, and the folder, on lines of their own. */
export function describeSettings(way: ServerWay): string[] {
  const texts = Object.entries(way.kind === 'stdio' ? way.env : way.headers);
  const folder = way.kind === 'stdio' ? way.cwd : undefined;
  return [
    ...(folder === undefined ? [] : [`in the folder ${describeText(folder)}`]),
    ...texts.map(([name, value]) => `with ${describeName(name)}: ${describeText(value)}`),
  ];
}

/** A word of a command, in quotes if a shell needs them. */
export function describeWord(word: string): string {
  if (/^[\w@%+=:,./\\$~{}-]+$/.test(word)) return word;
  return quote(word);
}

/** The name of a variable or a header, in quotes if it could be read as a shorter one with the beginning of its value. */
export function describeName(name: string): string {
  return /: |^'/.test(name) ? quote(name) : describeText(name);
}

function quote(word: string): string {
  return `'${nameTabs(word.replaceAll("'", `'\\''`))}'`;
}

/** A text of a definition on one line: two that differ look different. Line ends and blanks around it are named, too. */
export function describeText(text: string): string {
  return nameTabs(text).replace(/^ +| +$/g, (blanks) => '⟪U+0020⟫'.repeat(blanks.length));
}

/** What looks like the name of a hidden character has a name, too. */
function nameTabs(text: string): string {
  return showExactly(text, (tabs) => '⟪U+0009⟫'.repeat(tabs.length));
}
