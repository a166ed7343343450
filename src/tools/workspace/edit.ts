import type { JsonObject } from '../../json-value.ts';
import { readVersion } from '../change-files.ts';
import { type Plan, ToolError } from '../tool.ts';
import { changeAround } from './change-around.ts';
import { findLines } from './find-lines.ts';
import { readText } from './input.ts';
import { createMissingError, findOut } from './places.ts';
import { planEdits } from './plans.ts';
import { judgeContent } from './secret-content.ts';
import type { Workspace } from './workspace.ts';

export async function planEdit(input: JsonObject, workspace: Workspace, signal: AbortSignal): Promise<Plan> {
  const { places } = workspace;
  const path = readText(input, 'path');
  const oldText = readText(input, 'old_str');
  const newText = readText(input, 'new_str');
  if (oldText === '') throw new ToolError('`old_str` is empty.');
  if (oldText === newText) throw new ToolError('`old_str` and `new_str` are the same.');
  const place = await places.locate(path, 'edit', signal);
  const shown = places.show(place.path);
  const { before, after } = findOut(place, path, () => {
    judgeContent(place);
    if (place.stats?.isDirectory()) throw new ToolError(`${shown} is a folder.`);
    const version = readVersion(place.path, shown);
    if (!version) throw createMissingError(place, path);
    const changed = changeAround(version.text, { shown, typed: [oldText, newText] }, (text, hide) =>
      replaceOnce(text, hide(oldText), newText, shown),
    );
    return { before: version, after: changed };
  });
  return planEdits(workspace, {
    edits: [{ path: place.path, before, after }],
    touched: [place],
    summary: `edit ${places.quote(place.path)}`,
    done: `${shown} is changed.`,
  });
}

/** Throws ToolError unless `oldText` is there exactly once. Line ends of the file stay as they are. */
export function replaceOnce(text: string, oldText: string, newText: string, shown: string): string {
  const isDos = hasDosEnds(text);
  const wanted = text.includes(oldText) || !isDos ? oldText : toDosEnds(oldText);
  const replacement = isDos ? toDosEnds(newText) : newText;
  const found = findAll(text, wanted);
  const [at] = found;
  if (at === undefined) throw createAbsentError(text, oldText, shown);
  if (found.length > 1) {
    const lines = found.slice(0, 10).map((index) => countLines(text.slice(0, index)));
    throw new ToolError(
      `\`old_str\` is in ${shown} ${found.length === mostFound ? `at least ${mostFound}` : found.length} times, at lines ${lines.join(', ')}${found.length > 10 ? ' and more' : ''}. Add lines around the one that you mean.`,
    );
  }
  if (wanted === replacement) throw new ToolError('`old_str` and `new_str` are the same.');
  return text.slice(0, at) + replacement + text.slice(at + wanted.length);
}

const mostFound = 1000;

function findAll(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1 && found.length < mostFound; at = text.indexOf(part, at + 1))
    found.push(at);
  return found;
}

/** Says where the text is if only blanks differ. */
function createAbsentError(text: string, oldText: string, shown: string): ToolError {
  const lines = text.split('\n').map((line) => line.trim());
  const wanted = oldText
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const at = findLines(lines, wanted);
  const similar =
    at === undefined || oldText.trim() === '' ? '' : ` With other blanks it is at line ${at + 1}.`;
  return new ToolError(
    `\`old_str\` is not in ${shown}.${similar} View the file, and copy the lines exactly.`,
  );
}

function countLines(text: string): number {
  return text.split('\n').length;
}

/** Whether most lines end as on Windows. */
export function hasDosEnds(text: string): boolean {
  const ends = text.split('\n').length - 1;
  return ends > 0 && (text.split('\r\n').length - 1) * 2 > ends;
}

export function toDosEnds(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}
