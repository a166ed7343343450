import { decodeText } from '../../attachments/decode-text.ts';
import { defaultMaxImageBytes, toMediaPart } from '../../attachments/load-media.ts';
import { sniffMediaType } from '../../attachments/media-type.ts';
import type { JsonObject } from '../../json-value.ts';
import { maskLines } from '../../redact.ts';
import { type Outcome, type Plan, ToolError } from '../tool.ts';
import { mostText } from './definitions.ts';
import { readText } from './input.ts';
import { listFolder } from './list-folder.ts';
import { readPlace } from './open-place.ts';
import { createAccessError, createMissingError, findOut, type Place, PlaceError } from './places.ts';
import { checkSame, createMovedError, tellFailure, toAccess, toReading } from './plans.ts';
import { judgeContent, looksSecret, mostBytes } from './secret-content.ts';
import type { Workspace } from './workspace.ts';

/** Of one line. */
const longestLine = 2000;
const mostImageBytes = 64 * 1024 * 1024;

export async function planView(input: JsonObject, workspace: Workspace, signal: AbortSignal): Promise<Plan> {
  const { places } = workspace;
  const path = readText(input, 'path');
  const range = readRange(input.view_range);
  const place = await places.locate(path, 'read', signal);
  if (!place.stats) throw createMissingError(place, path);
  const shown = places.show(place.path);
  if (place.stats.isDirectory()) {
    if (range) throw new PlaceError([place], `${shown} is a folder: leave out \`view_range\`.`);
    return {
      accesses: [toReading(place, 'names')],
      summary: `view ${places.quote(place.path)}`,
      async run(context) {
        await checkSame(workspace, path, place, context.signal);
        return toTextOutcome(await listFolder(place.path, workspace, context.signal));
      },
    };
  }
  findOut(place, path, () => judgeContent(place));
  const lines = range && ` ${range.first}-${range.last ?? 'end'}`;
  return {
    accesses: [toAccess('read', place)],
    summary: `view ${places.quote(place.path)}${lines ?? ''}`,
    async run(context) {
      await checkSame(workspace, path, place, context.signal);
      return showFile(place, shown, range, context.signal);
    },
  };
}

type Range = { first: number; last: number | undefined };

function readRange(value: unknown): Range | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isInteger))
    throw new ToolError('`view_range` must be two whole numbers, such as [1, 40].');
  const [first, last] = value as [number, number];
  if (first < 1) throw new ToolError('`view_range` begins at line 1 or later.');
  if (last !== -1 && last < first) throw new ToolError('`view_range` ends before it begins.');
  return { first, last: last === -1 ? undefined : last };
}

async function showFile(
  { path, special }: Place,
  shown: string,
  range: Range | undefined,
  signal: AbortSignal,
): Promise<Outcome> {
  const { bytes, isWhole } = read(path, shown, mostBytes);
  const mediaType = sniffMediaType(bytes);
  if (mediaType !== undefined) return showMedia(path, shown, { mediaType, bytes, isWhole, signal });
  if (bytes.length === 0) return toTextOutcome('(empty file)');
  if (special === undefined && looksSecret(bytes)) throw createMovedError(shown);
  const decoded = decodeText(bytes, !isWhole);
  if (!decoded) throw createBinaryError(shown);
  // Before it is cut: half a token or key would not be known for one.
  const note = decoded.encoding === 'utf-8' ? '' : `[The file is encoded as ${decoded.encoding}.]\n`;
  return toTextOutcome(note + formatLines(maskLines(decoded.text), { isWhole, range }));
}

function read(path: string, shown: string, maxBytes: number): ReturnType<typeof readPlace> {
  try {
    return readPlace(path, maxBytes);
  } catch (error) {
    if ((error as { code?: string }).code === 'EMOVED') throw createMovedError(shown);
    throw createAccessError(shown, error);
  }
}

function createBinaryError(shown: string): ToolError {
  return new ToolError(`${shown} is not a text file.`);
}

async function showMedia(
  path: string,
  shown: string,
  {
    mediaType,
    signal,
    ...start
  }: { mediaType: string; bytes: Buffer; isWhole: boolean; signal: AbortSignal },
): Promise<Outcome> {
  if (!mediaType.startsWith('image/'))
    throw new ToolError(`${shown} is a ${mediaType} document, which cannot be viewed.`);
  const { bytes, isWhole } = start.isWhole ? start : read(path, shown, mostImageBytes);
  if (!isWhole) throw new ToolError(`${shown} is too large an image.`);
  const notices: string[] = [];
  const part = await tellFailure(
    toMediaPart(shown, bytes, {
      mediaTypes: ['image/png', 'image/jpeg', 'image/gif', 'image/webp'],
      maxBytes: defaultMaxImageBytes,
      onNotice: (sentence) => notices.push(sentence),
      signal,
    }),
  );
  if (part.type !== 'image') throw createBinaryError(shown);
  return { parts: [{ type: 'text', text: [shown, ...notices].join('\n') }, part] };
}

function toTextOutcome(text: string): Outcome {
  return { parts: [{ type: 'text', text }] };
}

/** The lines with their numbers, and below them how to see more. `isWhole` is false if the file is longer than the text. */
export function formatLines(
  text: string,
  { isWhole, range }: { isWhole: boolean; range: Range | undefined },
): string {
  const lines = text.split('\n');
  if (isWhole && lines.at(-1) === '') lines.pop();
  const first = range?.first ?? 1;
  if (first > lines.length) {
    const end = isWhole ? `has ${lines.length} lines` : `can be viewed up to line ${lines.length}`;
    throw new ToolError(
      `The file ${end}. Look for what is behind with grep.`.replace(isWhole ? / Look.*/ : /^$/, ''),
    );
  }
  const last = Math.min(range?.last ?? lines.length, lines.length);
  const shown: string[] = [];
  let length = 0;
  for (const line of lines.slice(first - 1, last)) {
    const numbered = `${first + shown.length}. ${cutLine(line.replace(/\r$/, ''))}`;
    if (shown.length > 0 && length + numbered.length > mostText) break;
    shown.push(numbered);
    length += numbered.length + 1;
  }
  const reached = first + shown.length - 1;
  const total = isWhole ? `of ${lines.length}` : 'of a file that is too large to count';
  if (reached >= last && (range !== undefined || isWhole)) return shown.join('\n');
  const next =
    reached < lines.length
      ? ` For more: view_range [${reached + 1}, ${Math.min(lines.length, 2 * reached - first + 1)}].`
      : '';
  return `${shown.join('\n')}\n[Lines ${first} to ${reached} ${total}.${next}]`;
}

function cutLine(line: string): string {
  const left = line.length - longestLine;
  return left <= 0 ? line : `${line.slice(0, longestLine)} [… ${left} characters are left out …]`;
}
