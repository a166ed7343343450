import { basename, dirname, isAbsolute, join } from 'node:path';
import { listFiles } from '../../attachments/list-files.ts';
import { splitGlob } from '../../glob.ts';
import { isObject, type JsonObject } from '../../json-value.ts';
import { quoteValue } from '../../terminal-text.ts';
import { type Plan, ToolError } from '../tool.ts';
import { mostText } from './definitions.ts';
import { readOptionalText, readText } from './input.ts';
import { createMissingError, PlaceError } from './places.ts';
import { checkSame, planText, tellFailure, toReading } from './plans.ts';
import type { Workspace } from './workspace.ts';

const mostFiles = 1000;

export async function planGlob(input: JsonObject, workspace: Workspace, signal: AbortSignal): Promise<Plan> {
  const { places } = workspace;
  const pattern = readText(input, 'pattern');
  if (pattern === '') throw new ToolError('`pattern` is empty.');
  const { base, glob } = splitPattern(pattern, readFolder(input));
  const place = await places.locate(base, 'read', signal);
  if (!place.stats) throw createMissingError(place, base);
  if (!place.stats.isDirectory())
    throw new PlaceError([place], `${places.show(place.path)} is not a folder.`);
  const isHere = place.path === (await places.findFolder());
  const plan = {
    accesses: [toReading(place, 'names')],
    summary: `glob ${quoteValue(glob)}${isHere ? '' : ` in ${places.quote(place.path)}`}`,
  };
  return planText(plan, async (context) => {
    await checkSame(workspace, base, place, context.signal);
    const { isOwn } = await places.createJudge();
    const files = await tellFailure(
      listFiles(place.path, {
        label: glob,
        pattern: glob,
        evenIfIgnored: true,
        isReal: true,
        person: workspace,
        signal: context.signal,
      }),
    );
    // The names of files of secrets are no secrets.
    const paths = files.map((file) => join(place.path, file)).filter((path) => !isOwn(path));
    return formatPaths(paths, places.show);
  });
}

/** Models know `paths`, too: GitHub's own CLI has it. */
export function readFolder(input: JsonObject): string {
  const { path, paths } = input;
  const [only = '.', ...others] = Array.isArray(paths) ? paths : [path ?? paths ?? '.'];
  if (others.length > 0) throw new ToolError('`path` must be one folder: call the tool once for each.');
  if (isObject(only)) throw new ToolError('`path` must be a text.');
  return readOptionalText({ path: only }, 'path') || '.';
}

/** The fixed beginning of a pattern is a folder to look in, so that it is approved as one. */
function splitPattern(pattern: string, folder: string): { base: string; glob: string } {
  const slashed = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern;
  const split = splitGlob(slashed) ?? { base: dirname(slashed), glob: basename(slashed) };
  const base = split.base === '' ? '.' : split.base;
  return { base: isAbsolute(base) || base.startsWith('~') ? base : join(folder, base), glob: split.glob };
}

function formatPaths(paths: readonly string[], show: (path: string) => string): string {
  if (paths.length === 0)
    return 'No file matches. Hidden files and files that git ignores are left out; name their folder as `path` to see them.';
  const { lines } = fitLines(paths.slice(0, mostFiles).map(show));
  const more = paths.length - lines.length;
  return [...lines, ...(more > 0 ? [`[${more} more files match. Use a narrower pattern.]`] : [])].join('\n');
}

/** As many lines as fit an answer, and how many are left. */
export function fitLines(lines: readonly string[]): { lines: string[]; rest: number } {
  let length = 0;
  const end = lines.findIndex((line) => {
    length += line.length + 1;
    return length > mostText;
  });
  return end === -1
    ? { lines: [...lines], rest: 0 }
    : { lines: lines.slice(0, end), rest: lines.length - end };
}
