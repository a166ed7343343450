import { showHidden } from '../terminal/show-hidden.ts';
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
    ...texts.map(([name, value]) => `with ${describeText(name)}: ${describeText(value)}`),
  ];
}

/** A word of a command, in quotes if a shell needs them. */
export function describeWord(word: string): string {
  if (/^[\w@%+=:,./\\$~{}-]+$/.test(word)) return word;
  return `'${nameTabs(word.replaceAll("'", `'\\''`))}'`;
}

/** A text of a definition on one line: two that differ look different. Line ends and blanks around it are named, too. */
export function describeText(text: string): string {
  return nameTabs(text).replace(/^ +| +$/g, (blanks) => '⟪U+0020⟫'.repeat(blanks.length));
}

function nameTabs(text: string): string {
  return text.split('\t').map(showHidden).join('⟪U+0009⟫');
}
