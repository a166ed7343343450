import { join, relative, sep } from 'node:path';
import { listFiles, loadRulesFrom, selectListed } from '../../attachments/list-files.ts';
import { CliError } from '../../errors.ts';
import { compileGlob, type Glob } from '../../glob.ts';
import type { JsonObject } from '../../json-value.ts';
import { createHelper } from '../../off-thread/helper.ts';
import { once } from '../../once.ts';
import { limitTime } from '../../pause.ts';
import { quoteValue } from '../../terminal-text.ts';
import { type Plan, ToolError } from '../tool.ts';
import { grepModes, usualLines } from './definitions.ts';
import { fitLines, readFolder } from './glob.ts';
import { type GrepPattern, readPattern } from './grep-pattern.ts';
import { readCount, readFlag, readOptionalText, readText } from './input.ts';
import { createMissingError, findOut, type Place } from './places.ts';
import { checkSame, planText, tellFailure, toReading } from './plans.ts';
import { findWithRipgrep } from './ripgrep.ts';
import type { SearchedFile, SearchOrder } from './search-job.ts';
import { judgeContent } from './secret-content.ts';
import type { Workspace } from './workspace.ts';

type Mode = (typeof grepModes)[number];

const mostLines = 2000;
const mostContext = 20;
/** Files that go to the thread at once: between two groups, the search ends if enough was found. */
const groupSize = 200;
/** Time limit for the whole search, in milliseconds. */
const searchMs = 30_000;

type Query = {
  pattern: GrepPattern;
  glob: Glob | undefined;
  mode: Mode;
  before: number;
  after: number;
  limit: number;
};

export async function planGrep(input: JsonObject, workspace: Workspace, signal: AbortSignal): Promise<Plan> {
  const { places } = workspace;
  const query = readQuery(input);
  const path = readFolder(input);
  const place = await places.locate(path, 'read', signal);
  if (!place.stats) throw createMissingError(place, path);
  findOut(place, path, () => judgeContent(place));
  const isHere = place.path === (await places.findFolder());
  const glob = readOptionalText(input, 'glob') ?? '';
  const plan = {
    accesses: [toReading(place, 'files')],
    summary: [
      `grep ${quoteValue(readText(input, 'pattern'))}`,
      ...(isHere ? [] : [`in ${places.quote(place.path)}`]),
      ...(glob === '' ? [] : [`for ${quoteValue(glob)}`]),
    ].join(' '),
  };
  return planText(plan, async (context) => {
    const now = await checkSame(workspace, path, place, context.signal);
    return search(now, query, workspace, context.signal);
  });
}

function readQuery(input: JsonObject): Query {
  const around = readCount(input, '-C', { least: 0, most: mostContext, usual: 0 });
  const mode = readOptionalText(input, 'output_mode') ?? 'content';
  if (!isMode(mode)) throw new ToolError(`\`output_mode\` must be one of ${grepModes.join(', ')}.`);
  return {
    pattern: readPattern(readText(input, 'pattern'), readFlag(input, '-i')),
    glob: readGlob(readOptionalText(input, 'glob')),
    mode,
    before: readCount(input, '-B', { least: 0, most: mostContext, usual: around }),
    after: readCount(input, '-A', { least: 0, most: mostContext, usual: around }),
    limit: readCount(input, 'head_limit', { least: 1, most: mostLines, usual: usualLines }),
  };
}

function isMode(text: string): text is Mode {
  return (grepModes as readonly string[]).includes(text);
}

/** As in ripgrep, a glob without a slash is one for names. */
function readGlob(text: string | undefined): Glob | undefined {
  if (text === undefined || text === '') return undefined;
  const bare = text.replace(/^\.?\//, '');
  const glob = compileGlob(bare.includes('/') ? bare : `**/${bare}`, { dot: false, braces: true });
  if (!glob) throw new ToolError('`glob` cannot be used: write *, **, ?, […] and {a,b}.');
  return glob;
}

async function search(
  place: Place,
  query: Query,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<string> {
  const { pattern, mode, before, after, limit } = query;
  const endsAt = workspace.now() + searchMs;
  const limited = limitTime(searchMs, signal);
  const helper = workspace.searchers.pop() ?? createHelper({ job: 'search-files', place: 'thread' });
  try {
    const files = await listSearched(place, query, workspace, limited);
    const found: SearchedFile[] = [];
    let left = files;
    let hasUnfit = false;
    const order: Omit<SearchOrder, 'files'> = {
      pattern: pattern.js,
      ignoreCase: pattern.ignoreCase,
      looksAround: pattern.rust === undefined,
      before,
      after,
      // One more line than is shown tells that there are more.
      mostLines: mode === 'content' ? limit + 1 : 0,
      readsSecrets: place.special === 'credential',
    };
    const isSecondName = createNameJudge(workspace);
    const isSearched = await createSelection(place, query, workspace);
    for (let results = 0; left.length > 0 && results <= limit; left = left.slice(groupSize)) {
      const result = await helper.run(
        { ...order, files: left.slice(0, groupSize).filter(isSearched) },
        { signal: limited, maxMs: Math.max(1, endsAt - workspace.now()) },
      );
      hasUnfit ||= result.hasUnfit;
      for (const file of result.found) {
        if (!order.readsSecrets && (await isSecondName(file))) continue;
        found.push(file);
        results += mode === 'content' ? file.count : 1;
      }
    }
    if (hasUnfit && place.stats?.isFile())
      throw new ToolError(
        `${workspace.places.show(place.path)} is too large to search, or is not a text file.`,
      );
    workspace.searchers.push(helper);
    return format(found, query, { hasMore: left.length > 0, show: workspace.places.show });
  } catch (error) {
    helper.close();
    signal.throwIfAborted();
    const isSlow = limited.aborted || (error instanceof CliError && error.code === 'input_too_large');
    if (isSlow)
      throw new ToolError(
        `The search took longer than ${searchMs / 1000} s and was stopped. Use a simpler pattern or a smaller folder.`,
      );
    throw error;
  }
}

/** Whether a file is one of secrets under another name. Few files have two, so the secret ones are looked for only then. */
function createNameJudge({ places }: Workspace): (file: SearchedFile) => Promise<boolean> {
  const list = once(() => places.listSecretFiles());
  return async ({ identity }) => identity !== undefined && (await list()).has(identity);
}

/** The files that may match, sorted. */
async function listSearched(
  { path, stats }: Place,
  { pattern }: Query,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<string[]> {
  if (stats?.isFile()) return [path];
  const loaded = await loadRulesFrom(path, { person: workspace, signal });
  const found =
    pattern.rust === undefined
      ? undefined
      : await findWithRipgrep(path, {
          pattern: pattern.rust,
          ignoreCase: pattern.ignoreCase,
          withParents: loaded.isInRepository && !loaded.isAlone,
          env: workspace.env,
          signal,
        });
  const names =
    (found && (await selectListed(path, found, loaded)).sort()) ??
    (await tellFailure(
      listFiles(path, { label: path, evenIfIgnored: true, isReal: true, loaded, person: workspace, signal }),
    ));
  return names.map((name) => join(path, name));
}

/** Whether a file in a folder is searched, by its name alone. */
async function createSelection(
  { path, stats, special }: Place,
  { glob }: Query,
  { places }: Workspace,
): Promise<(file: string) => boolean> {
  if (stats?.isFile()) return () => true;
  const { judge } = await places.createJudge();
  return (file) => {
    if (glob && !glob.matches(relative(path, file).replaceAll(sep, '/'))) return false;
    // Whoever was allowed to read a folder of secrets reads them.
    return (judge(file) ?? special) === special;
  };
}

function format(
  found: readonly SearchedFile[],
  { mode, limit }: Query,
  { hasMore, show }: { hasMore: boolean; show: (path: string) => string },
): string {
  if (found.length === 0) return 'No line matches.';
  if (mode === 'content') return formatContent(found, { limit, hasMore, show });
  const shown = found.slice(0, limit);
  const counts = shown.map(({ path, count }) => `${show(path)}${mode === 'count' ? `:${count}` : ''}`);
  const { lines, rest } = fitLines(counts);
  const isCut = hasMore || found.length > limit || rest > 0;
  return [...lines, ...(isCut ? ['[There are more files. Use a narrower pattern.]'] : [])].join('\n');
}

/** A path, then its lines: those that match have a colon behind the number, those around them a hyphen. */
function formatContent(
  found: readonly SearchedFile[],
  { limit, hasMore, show }: { limit: number; hasMore: boolean; show: (path: string) => string },
): string {
  let matches = 0;
  const all: string[] = [];
  for (const { path, lines } of found) {
    if (matches >= limit) break;
    all.push(`${all.length > 0 ? '\n' : ''}${show(path)}`);
    let last = lines[0]?.number ?? 0;
    for (const { number, text, isMatch } of lines) {
      if (isMatch && matches >= limit) break;
      if (isMatch) matches += 1;
      if (number > last + 1) all.push('--');
      last = number;
      all.push(`${number}${isMatch ? ':' : '-'}${text}`);
    }
  }
  const total = found.reduce((sum, { count }) => sum + count, 0);
  const { lines, rest } = fitLines(all);
  const isCut = hasMore || total > matches || rest > 0;
  return [
    ...lines,
    ...(isCut ? ['[There are more matches. Use a narrower pattern, a glob or head_limit.]'] : []),
  ].join('\n');
}
