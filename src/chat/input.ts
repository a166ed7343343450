import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CollectOptions, collectFiles } from '../attachments/collect-files.ts';
import { createFetchText } from '../attachments/fetch-text.ts';
import { findMentions } from '../attachments/find-mentions.ts';
import { formatFiles } from '../attachments/format-files.ts';
import { defaultMaxImageBytes, loadAttachment } from '../attachments/load-attachment.ts';
import type { Context } from '../context.ts';
import type { Model } from '../copilot/model.ts';
import type { UserMessage } from '../dialects/chat-request.ts';
import { type Instructions, loadInstructions } from '../instructions/load-instructions.ts';

export type InputOptions = {
  prompt: string;
  /** Files, folders, globs and addresses whose text goes along. */
  files: readonly string[];
  /** Images and documents. */
  attachments: readonly string[];
  model: Model;
  signal: AbortSignal;
};

/** What is said: the prompt, then the files that it mentions and those that were named, then images and documents, each in its order. */
export async function collectInput(
  context: Context,
  { prompt, files, attachments, model, signal }: InputOptions,
): Promise<{ parts: UserMessage['parts']; paths: string[] }> {
  const { cwd, home } = context;
  // No shell sees a prompt that is typed in the chat.
  const expandHome = (path: string): string => (path.startsWith('~/') ? join(home, path.slice(2)) : path);
  const { mentions } = findMentions(prompt, (path) => existsSync(resolve(cwd, expandHome(path))));
  const specs = [...mentions.map(expandHome), ...files];
  const texts = specs.length === 0 ? [] : await collectFiles(specs, toCollectOptions(context, signal));
  const media: UserMessage['parts'] = [];
  for (const path of attachments) {
    media.push(
      await loadAttachment(resolve(cwd, path), {
        maxBytes: model.maxImageBytes ?? defaultMaxImageBytes,
        mediaTypes: model.imageTypes,
        signal,
        onNotice: context.warn,
      }),
    );
  }
  const said: UserMessage['parts'] = prompt === '' ? [] : [{ type: 'text', text: prompt }];
  return { parts: [...said, ...formatFiles(texts), ...media], paths: texts.map(({ label }) => label) };
}

/** How files of a prompt are read. */
export function toCollectOptions(context: Context, signal: AbortSignal): CollectOptions {
  return {
    cwd: context.cwd,
    signal,
    onNotice: context.warn,
    fetchText: async (url) => {
      const { userAgent } = context;
      return createFetchText({ http: await context.loadHttp(), signal, userAgent })(url);
    },
  };
}

const instructionsMark = 'Instructions from ';

/** What the repository tells every model, and then what the caller does. Undefined where neither says anything. */
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

/**
 * Parts what `composeSystem` put together with these instructions. Undefined where that cannot be told: the files have changed since, or
 * others went along.
 */
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

export function loadRepositoryInstructions(
  context: Context,
  files: readonly string[],
): Promise<Instructions[]> {
  const { cwd, home, warn } = context;
  return loadInstructions({ cwd, home, files, onNotice: warn });
}
