import { stat } from 'node:fs/promises';
import { parse } from 'node:path';
import { describeHiding } from '../attachments/check-link.ts';
import { isUrl, maxTotalBytes, stdinFile } from '../attachments/collect-files.ts';
import { decodeText } from '../attachments/decode-text.ts';
import { expandHome, findExisting, looksLikePath, type MentionPlace } from '../attachments/find-mentions.ts';
import { createFinder, type Finder, type Found, readFound, toRealPath } from '../attachments/found.ts';
import { sniffMediaType } from '../attachments/media-type.ts';
import { looksLikeResource } from '../attachments/named-resources.ts';
import { isOddNameThere, oddName } from '../attachments/odd-names.ts';
import type { Model } from '../copilot/model.ts';
import { holdsSecret, isCredentialFile } from '../credential-files.ts';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { addFile, advise, anotherModel, type Hint, joinHints, modelWith, type Sentence } from '../hint.ts';
import { isInside, isOddName } from '../is-inside.ts';
import { type PromptText, stdinMark } from '../prompt-text.ts';
import type { Omission } from './enclosures.ts';
import { isStdinPath } from './stdin-input.ts';

export type Mentioned = {
  /** Paths of files of text, of folders, and of images and documents. */
  texts: string[];
  folders: string[];
  media: string[];
  /** Of others, by the names of mentions. */
  resources: string[];
  omissions: Omission[];
};

/** Why a mention that names something does not bring it, and what to do instead. */
export type Obstacle = { sentence: string; hint: Sentence };

/** The most characters of a path in an error. */
const maxShown = 200;

export type MentionOptions = MentionPlace & {
  env: Env;
  configFolder: string;
  /** What finds the files for those who read them. */
  finder: Finder;
  model: Model;
  /** Whether the prompt is words of a command line: then they bring no secret from outside, as `refuseSecretsOutside` says. */
  isFromShell?: boolean | undefined;
  onNotice: (sentence: string) => void;
};

/**
 * Resolves mentions. A mention is a word in a sentence, so it does only what a reader expects: it brings a file, an image or a folder of
 * this folder. It reads no pipe and walks no disk. Throws CliError `usage` if a path in open quotes names nothing, and if a mention names
 * something that it does not bring: nobody should pay for a prompt without its file.
 */
export async function resolveMentions(prompt: PromptText, options: MentionOptions): Promise<Mentioned> {
  const { found, missing, unclosed } = findExisting(prompt, options);
  if (unclosed.length > 0) throw createUnclosedError(unclosed);
  const mentioned: Mentioned = { texts: [], folders: [], media: [], resources: [], omissions: [] };
  const obstacles: Obstacle[] = [];
  for (const path of found) {
    // A server lists the addresses, and must not name files by them.
    if (options.resources?.has(path)) {
      mentioned.resources.push(path);
      continue;
    }
    const obstacle = await sortMention(path, toPlainPath(expandHome(path, options.home)), mentioned, options);
    if (obstacle) obstacles.push(obstacle);
  }
  for (const path of missing)
    if (isOddName(path) && isOddNameThere(expandHome(path, options.home), options.cwd))
      obstacles.push({ sentence: `@${path} is not sent: ${oddName}`, hint: 'Rename it.' });
  if (obstacles.length > 0) throw createObstacleError(obstacles);
  for (const path of missing) {
    const isResource = options.resources !== undefined && looksLikeResource(path);
    const what = isResource ? 'resource of a running server' : 'such file';
    mentioned.omissions.push({ sentence: `${path}: no ${what}`, isWarning: looksLikePath(path, options) });
  }
  return mentioned;
}

export function createObstacleError(obstacles: readonly Obstacle[]): CliError {
  const hints = obstacles.map(({ hint }) => hint);
  const [first, ...others] = hints.filter((hint, index) => hints.indexOf(hint) === index);
  const ways = others.reduce<Hint>(joinHints, joinHints('Nothing was sent.', first ?? ''));
  return new CliError('usage', obstacles.map(({ sentence }) => sentence).join('; '), {
    hint: joinHints(ways, 'To send the name as text, leave out the "@".'),
  });
}

/** The person means a file, and words behind it that were taken for its name. */
function createUnclosedError(paths: readonly string[]): CliError {
  const names = paths.map((path) => `"${path.length > maxShown ? `${path.slice(0, maxShown)}…` : path}"`);
  return new CliError('usage', `there is no file ${names.join(', ')}`, {
    hint: 'Nothing was sent. Close the quotes behind the name of the file.',
  });
}

/** An existing file is a path, even if it looks like a URL or like the sign for stdin. */
function toPlainPath(path: string): string {
  return isUrl(path) || path === stdinFile ? `./${path}` : path;
}

/** For several files, each is said once. */
const chooseSeeing = advise`Choose ${modelWith('vision')}.`;
const chooseAnother = advise`Choose ${anotherModel}.`;

/** Sorts what a mention names, or returns why it stays out. */
async function sortMention(
  name: string,
  path: string,
  { texts, folders, media }: Mentioned,
  options: MentionOptions,
): Promise<Obstacle | undefined> {
  const { finder, model } = options;
  const found = await finder.find(path);
  const { path: full, target: real = full } = found;
  const info = await stat(real).catch(() => undefined);
  const refuse = (reason: string, hint: Sentence): Obstacle => ({ sentence: `@${name} is ${reason}`, hint });
  if (isStdinPath(path)) return refuse('stdin', `It goes along by itself; a "${stdinMark}" marks its place.`);
  const target = info && (await findHiddenTarget(found, { ...options, isFolder: info.isDirectory() }));
  if (info?.isDirectory()) {
    if (await isTooWide(real, options))
      return refuse('not sent: it is a folder outside the current one', 'Name a file in it.');
    if (target !== undefined)
      return refuse(`not sent: it is a link to ${target}`, advise`Add that folder with ${addFile(target)}.`);
    folders.push(path);
  } else if (info?.isFile()) {
    if (target !== undefined)
      return refuse(`not sent: it is a link to ${target}`, advise`Add that file with ${addFile(target)}.`);
    if (options.isFromShell) {
      const outside = await findSecretOutside(name, path, options);
      if (outside) return outside;
      if (isCredentialFile(full, options.configFolder))
        options.onNotice(`${name} looks like a file of secrets, and is sent because the prompt mentions it.`);
    }
    const mediaType = await findMediaType(found);
    if (mediaType === undefined) texts.push(path);
    else if (!model.abilities.includes('vision'))
      return refuse(`not sent: ${model.id} takes no images or documents`, chooseSeeing);
    else if (!takesType(model, mediaType))
      return refuse(`not sent: ${model.id} takes no PDFs`, chooseAnother);
    else media.push(path);
  } else return refuse('not read: it is a pipe or a device', advise`Read it with ${addFile(path)}.`);
  return undefined;
}

/**
 * Throws CliError `usage` if words of a command line mention a file of secrets outside of this folder. They may come from `$(…)`, and nobody can
 * tell them from those that were typed.
 */
export async function refuseSecretsOutside(
  prompt: PromptText,
  place: MentionPlace & Pick<MentionOptions, 'configFolder'>,
): Promise<void> {
  const { found } = findExisting(prompt, place);
  const finder = createFinder(place.cwd);
  const obstacles = await Promise.all(
    found.map((path) =>
      findSecretOutside(path, toPlainPath(expandHome(path, place.home)), { ...place, finder }),
    ),
  );
  const refused = obstacles.filter((obstacle) => obstacle !== undefined);
  if (refused.length > 0) throw createObstacleError(refused);
}

async function findSecretOutside(
  name: string,
  path: string,
  { cwd, configFolder, finder }: Pick<MentionOptions, 'cwd' | 'configFolder' | 'finder'>,
): Promise<Obstacle | undefined> {
  const found = await finder.find(path);
  const { path: full, target = full } = found;
  if (isInside(target, await toReal(cwd))) return undefined;
  if (!isCredentialFile(full, configFolder) && !(await holdsKey(found))) return undefined;
  return {
    sentence: `@${name} is not sent: it is outside of this folder, and looks like a file of secrets`,
    hint: advise`If you mean it, add it with ${addFile(path)}.`,
  };
}

/** A file that cannot be read is reported later, when it is read whole. */
async function holdsKey(found: Found): Promise<boolean> {
  const isFile = await stat(found.target ?? found.path).then(
    (stats) => stats.isFile(),
    () => false,
  );
  const bytes = isFile ? await readFound(found, maxTotalBytes).catch(() => undefined) : undefined;
  return bytes !== undefined && holdsSecret(decodeText(bytes)?.text ?? '');
}

/** Outside of this folder, or all of a person's files, or all of the disk. */
async function isTooWide(target: string, { cwd, home }: MentionOptions): Promise<boolean> {
  const [here, ours] = [await toReal(cwd), await toReal(home)];
  return !isInside(target, here) || target === ours || target === parse(target).root;
}

/** The target of a link whose name does not show where it leads: a repository may hide something behind it. */
async function findHiddenTarget(
  found: Found,
  { cwd, configFolder, isFolder, home, env }: MentionOptions & { isFolder: boolean },
): Promise<string | undefined> {
  const hiding = await describeHiding(found, { cwd, configFolder, isFolder, person: { home, env } });
  return hiding && found.target;
}

async function toReal(path: string): Promise<string> {
  return (await toRealPath(path)) ?? path;
}

/** Images can be converted, documents cannot. */
function takesType({ imageTypes }: Model, mediaType: string): boolean {
  return mediaType.startsWith('image/') || imageTypes.length === 0 || imageTypes.includes(mediaType);
}

async function findMediaType(found: Found): Promise<string | undefined> {
  // A file that cannot be read is reported later, when it is read whole.
  const start = await readFound(found, 32).catch(() => undefined);
  return start && sniffMediaType(start);
}
