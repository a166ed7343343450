import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkLink } from '../attachments/check-link.ts';
import {
  type CollectOptions,
  collectFiles,
  isBlank,
  isUrl,
  stdinFile,
  type TextFile,
  withoutPassword,
} from '../attachments/collect-files.ts';
import { createFetchBytes, createFetchText, type FetchTextOptions } from '../attachments/fetch-text.ts';
import { formatFiles } from '../attachments/format-files.ts';
import { createFinder, type Finder } from '../attachments/found.ts';
import { createNothingLeftError } from '../attachments/left-out.ts';
import { isIgnoredIn } from '../attachments/list-files.ts';
import { leaveOutListed } from '../attachments/listed.ts';
import { defaultMaxImageBytes, loadMediaFile, toMediaPart } from '../attachments/load-media.ts';
import type { NamedResources } from '../attachments/named-resources.ts';
import type { Context } from '../context.ts';
import type { ConversationFile } from '../conversation/conversation-file.ts';
import { findWindow, type Model } from '../copilot/model.ts';
import { isCredentialFile } from '../credential-files.ts';
import type { DocumentPart, ImagePart, UserMessage } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { advise, modelWith } from '../hint.ts';
import { type Instructions, loadInstructions } from '../instructions/load-instructions.ts';
import { isInside } from '../is-inside.ts';
import type { PromptText } from '../prompt-text.ts';
import { checkRoom } from './check-room.ts';
import { type Enclosure, type Omission, toInstructionEnclosures } from './enclosures.ts';
import { createObstacleError, type Obstacle, resolveMentions } from './resolve-mentions.ts';
import { followReading } from './waiting.ts';

export type SayOptions = InputOptions & {
  /** The system prompt, if given. */
  system: string | undefined;
  /** Whether the instruction files of the repository count. */
  instructions: boolean;
  /** The name of the parts that nobody typed. */
  dataLabel?: string;
  /** False if the request is only shown. */
  isSent?: boolean;
  /** Text after everything else. */
  postscript?: string | undefined;
};

export type Said = {
  /** The repository's instruction files that are sent. */
  instructions: Instructions[];
  /** All attachments, instruction files included. */
  enclosures: Enclosure[];
  omissions: Omission[];
};

/** Adds a prompt and its attachments to a conversation. Throws CliError `input_too_large` if the model cannot take it. */
export async function say(
  context: Context,
  file: ConversationFile,
  {
    system,
    instructions: wanted,
    postscript,
    dataLabel = 'pasted text',
    isSent = true,
    ...input
  }: SayOptions,
): Promise<Said> {
  const { parts, enclosures, omissions } = await collectInput(context, input);
  // A continued conversation has them already.
  const isNew = file.conversation.head === undefined || system !== undefined;
  const paths = enclosures.flatMap(({ kind, path }) => (kind === 'file' ? path : []));
  const instructions =
    wanted && isNew
      ? await loadRepositoryInstructions(context, { files: paths, model: input.model, signal: input.signal })
      : [];
  const own = [...enclosures, ...toInstructionEnclosures(instructions)];
  if (isSent) {
    await checkRoom({
      ...input,
      dataLabel,
      enclosures: own,
      system,
      conversation: file.conversation,
      listModels: async () => (await (await context.connect()).fetchCatalogue({ fresh: false })).models,
    });
  }
  const last: UserMessage['parts'] = postscript === undefined ? [] : [{ type: 'text', text: postscript }];
  // An empty system prompt replaces the present one.
  const composed = composeSystem(instructions, system) ?? (system === '' ? '' : undefined);
  file.say([...parts, ...last], { system: composed, prompt: input.prompt });
  return { instructions, enclosures: own, omissions };
}

export type InputOptions = {
  prompt: PromptText;
  /** Files, folders, globs and URLs of text; `-` is stdin if it can be read. */
  files: readonly string[];
  /** Images and documents: files, URLs, and `-`. */
  attachments: readonly string[];
  /** Reads stdin if it is named as a file. */
  readStdin?: (() => Promise<Buffer>) | undefined;
  /** How the files came, and which of them cannot be meant. */
  lists?: CollectOptions['lists'];
  isOwn?: CollectOptions['isOwn'];
  /** Whether the prompt is words of a command line, which may come from `$(…)`. */
  isFromShell?: boolean | undefined;
  /** What the prompt may mention beside files. */
  resources?: NamedResources | undefined;
  model: Model;
  signal: AbortSignal;
  /** Called with what happened to a file, if unexpected; stderr by default. */
  onNotice?: ((sentence: string) => void) | undefined;
};

export type Input = {
  parts: UserMessage['parts'];
  enclosures: Enclosure[];
  /** Mentions without effect. */
  omissions: Omission[];
};

/** The message: the prompt, mentioned files, named files, then images and documents, each in order. */
export async function collectInput(context: Context, options: InputOptions): Promise<Input> {
  const {
    prompt,
    files,
    attachments,
    readStdin,
    lists = [],
    isOwn,
    model,
    signal,
    onNotice,
    resources,
  } = options;
  const { cwd, home, env, configFolder } = context;
  const finder = createFinder(cwd);
  const mentioned = await resolveMentions(prompt, {
    ...{ cwd, home, env, configFolder, model, resources, finder },
    isFromShell: options.isFromShell,
    onNotice: onNotice ?? context.warn,
  });
  const named = resources ? await readResources(mentioned.resources, resources, options) : noResources;
  const aboutEmpty: string[] = [];
  const specs = [...mentioned.texts, ...mentioned.folders, ...files];
  const texts =
    specs.length === 0
      ? []
      : await collectFiles(specs, {
          ...toCollectOptions(context, signal),
          ...(onNotice && { onNotice }),
          onEmpty: (sentence) => aboutEmpty.push(sentence),
          finder,
          readStdin,
          lists,
          isOwn,
          mayBeEmpty: mentioned.folders,
        });
  for (const folder of mentioned.folders) {
    // What was named by itself, too, comes once.
    const full = resolve(cwd, folder);
    if (texts.some(({ label, holder }) => holder === folder || isInside(resolve(cwd, label), full))) continue;
    await checkHiddenSecrets(folder, { cwd, configFolder });
    throw createObstacleError([
      {
        sentence: `@${folder} is not sent: there is no file to send in it`,
        hint: 'Files that git ignores and hidden files are sent only if you name them.',
      },
    ]);
  }
  const media = [...mentioned.media, ...attachments];
  if (prompt.text.trim() === '' && media.length === 0 && texts.length > 0 && texts.every(isBlank))
    throw createNothingError(texts);
  const loaded = await loadMedia(context, media, { ...options, finder });
  for (const sentence of aboutEmpty) (onNotice ?? context.warn)(sentence);
  const said: UserMessage['parts'] = prompt.text === '' ? [] : [{ type: 'text', text: prompt.text }];
  return {
    parts: [
      ...said,
      ...formatFiles([...texts, ...named.texts]),
      ...[...named.images, ...loaded].map(({ part }) => part),
    ],
    enclosures: [
      ...texts.map(toTextEnclosure),
      // Their names are not paths.
      ...named.texts.map((text) => ({ ...toTextEnclosure(text), kind: 'page' as const })),
      ...[...named.images, ...loaded].map(({ enclosure }) => enclosure),
    ],
    omissions: mentioned.omissions,
  };
}

const noResources: { texts: TextFile[]; images: Media[] } = { texts: [], images: [] };

/** Throws CliError `usage` if one cannot be had: nobody should pay for a prompt without it. */
async function readResources(
  names: readonly string[],
  resources: NamedResources,
  { model, signal }: InputOptions,
): Promise<typeof noResources> {
  const texts: TextFile[] = [];
  const images: Media[] = [];
  const obstacles: Obstacle[] = [];
  for (const name of names) {
    const read = await resources.read(name, signal);
    if ('problem' in read) {
      obstacles.push({ sentence: `@${name} is not sent: ${read.problem}`, hint: '/mcp shows its server.' });
      continue;
    }
    const own = read.parts.flatMap((part) => (part.type === 'image' ? part : []));
    if (own.length > 0 && !model.abilities.includes('vision')) throw createBlindError(model, `@${name}`);
    images.push(...own.map((part) => ({ part, enclosure: toMediaEnclosure(name, part) })));
    const words = read.parts.flatMap((part) => (part.type === 'text' ? part.text : []));
    if (words.length > 0) texts.push({ label: name, text: words.join('\n\n') });
  }
  if (obstacles.length > 0) throw createObstacleError(obstacles);
  return { texts, images };
}

/** Throws CliError `usage` if a folder without any file to send has hidden files of secrets. */
async function checkHiddenSecrets(
  folder: string,
  { cwd, configFolder }: { cwd: string; configFolder: string },
): Promise<void> {
  const full = resolve(cwd, folder);
  const entries = await readdir(full, { withFileTypes: true }).catch(() => []);
  const secrets = entries
    .filter((entry) => entry.isFile() && isCredentialFile(join(full, entry.name), configFolder))
    .map(({ name }): [string, string] => [join(full, name), join(folder, name)]);
  if (secrets.length === 0) return;
  const leftOut = new Map(secrets.map(([id]) => [id, 'secret' as const]));
  throw createNothingLeftError({ spec: folder, found: new Map(secrets) }, leftOut);
}

function createNothingError(files: readonly TextFile[]): CliError {
  const names = files.map(({ label }) => label).join(', ');
  return new CliError('usage', `there is no prompt, and nothing in the files: ${names}`, {
    hint: 'Nothing was sent. Give a prompt, or a file that has text.',
  });
}

function toTextEnclosure({ label, text, holder }: TextFile): Enclosure {
  return {
    path: label,
    kind: isUrl(label) ? 'page' : 'file',
    bytes: Buffer.byteLength(text),
    text,
    ...(holder !== undefined && { holder }),
  };
}

type Media = { part: ImagePart | DocumentPart; enclosure: Enclosure };

/** In all. More than any service takes in one request. */
const maxMediaBytes = 64 * 1024 * 1024;

async function loadMedia(
  context: Context,
  given: readonly string[],
  {
    model,
    signal,
    readStdin,
    lists = [],
    finder,
    onNotice = context.warn,
  }: InputOptions & { finder: Finder },
): Promise<Media[]> {
  const toLabel = (path: string): string =>
    path === stdinFile && readStdin ? 'stdin' : isUrl(path) ? withoutPassword(path) : path;
  const { cwd } = context;
  const paths = await leaveOutListed(given, { cwd, person: context, finder, lists, signal, onNotice });
  const [first] = paths;
  if (first !== undefined && !model.abilities.includes('vision'))
    throw createBlindError(model, toLabel(first));
  const loaded: Media[] = [];
  let bytesLeft = maxMediaBytes;
  for (const path of paths) {
    const options = {
      maxBytes: model.maxImageBytes ?? defaultMaxImageBytes,
      mediaTypes: model.imageTypes,
      signal,
      onNotice,
    };
    const label = toLabel(path);
    const bytes = isUrl(path)
      ? await followReading(context, label, createFetchBytes(await toFetchOptions(context, signal))(path))
      : path === stdinFile
        ? await readStdin?.()
        : undefined;
    const load = async (): Promise<Media['part']> => {
      const found = await finder.find(path);
      await checkLink(path, found, toCollectOptions(context, signal));
      return followReading(context, label, loadMediaFile(found, options));
    };
    const spec = path === stdinFile ? stdinFile : label;
    const part = bytes ? await toMediaPart(label, bytes, { ...options, spec }) : await load();
    const enclosure = toMediaEnclosure(label, part);
    bytesLeft -= enclosure.bytes;
    if (bytesLeft < 0)
      throw new CliError('input_too_large', `the attachments up to ${label} are more than 64 MB in all`, {
        hint: 'Nothing was sent. Attach fewer or smaller files.',
      });
    loaded.push({ part, enclosure });
  }
  return loaded;
}

/** Nobody should pay for a prompt without its image. */
function createBlindError({ id }: Model, label: string): CliError {
  return new CliError('model', `${id} takes no images or documents, so ${label} is not sent`, {
    hint: advise`Nothing was sent. Choose ${modelWith('vision')}.`,
  });
}

function toMediaEnclosure(path: string, part: ImagePart | DocumentPart): Enclosure {
  const { mediaType, data } =
    part.type === 'document' ? part : 'data' in part.source ? part.source : { mediaType: '', data: '' };
  return { path, kind: part.type, mediaType, bytes: Buffer.byteLength(data, 'base64') };
}

/** How files of a prompt are read. */
export function toCollectOptions(context: Context, signal: AbortSignal): CollectOptions {
  return {
    cwd: context.cwd,
    person: context,
    configFolder: context.configFolder,
    signal,
    onNotice: context.warn,
    fetchText: async (url) => {
      const fetchText = createFetchText(await toFetchOptions(context, signal));
      return fetchText(url);
    },
    followReading: (label, reading) => followReading(context, label, reading),
  };
}

async function toFetchOptions(context: Context, signal: AbortSignal): Promise<FetchTextOptions> {
  return { http: await context.loadHttp(), signal, userAgent: context.userAgent };
}

const instructionsMark = 'Instructions from ';

/** The repository's instructions, then the caller's. Undefined if there are none. */
export function composeSystem(
  instructions: readonly Instructions[],
  system: string | undefined,
): string | undefined {
  const texts = [
    ...instructions.map(({ path, text }) => `${instructionsMark}${path}:\n\n${text.trim()}`),
    system ?? '',
  ];
  return texts.filter(Boolean).join('\n\n') || undefined;
}

/** Reverses `composeSystem`. Undefined if the result is ambiguous: the files have changed since, or there were others. */
export function separateSystem(
  composed: string,
  instructions: readonly Instructions[],
): { instructions: string; system: string } | undefined {
  let system = composed;
  for (const one of instructions) {
    const text = composeSystem([one], undefined) ?? '';
    if (system.startsWith(text)) system = system.slice(text.length).replace(/^\n\n/, '');
  }
  if (system.startsWith(instructionsMark)) return undefined;
  return { instructions: composed.slice(0, composed.length - system.length), system };
}

export type RepositoryInstructionsOptions = {
  /** The files that the prompt is about. */
  files: readonly string[];
  /** Undefined if not known yet. */
  model: Model | undefined;
  signal: AbortSignal;
};

/** The assumed window of an unknown model, in tokens: that of most. */
const usualWindow = 128_000;

/** Instructions may fill a quarter of the model's window: a token is about four bytes. */
export function loadRepositoryInstructions(
  { cwd, home, env, warn }: Context,
  { files, model, signal }: RepositoryInstructionsOptions,
): Promise<Instructions[]> {
  const maxTotalBytes = (model && findWindow(model)) ?? usualWindow;
  const isIgnored = (root: string, path: string): Promise<boolean> =>
    isIgnoredIn(root, path, { isFolder: false, person: { home, env }, signal });
  return loadInstructions({ cwd, home, files, maxTotalBytes, isIgnored, onNotice: warn, signal });
}
