import type { Context } from '../context.ts';
import type { ToolDefinition } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import { isObject, parseJson, toObject, toText } from '../json-value.ts';
import {
  composeParts,
  composePrompt,
  joinWords,
  type PromptText,
  stdinMark,
  toTyped,
} from '../prompt-text.ts';
import type { ChatOptions } from './chat-options.ts';
import { type Reading, readNamedFile, toReading } from './named-file.ts';
import { type LoadedPrompt, loadPromptFile } from './prompt-file.ts';
import type { RequestSettings } from './request.ts';
import { isFoundWord } from './shell-words.ts';
import { nameStdin, readStdinInput } from './stdin-input.ts';
import { followReading } from './waiting.ts';

/** A prompt, before the model is known. */
export type Asked = {
  prompt: PromptText;
  /** The prompt template, if there is one. */
  loaded: LoadedPrompt | undefined;
  /** With stdin by a name of its own, if the flags name it. */
  files: string[];
  attachments: string[];
  /** Whether stdin is one of them. */
  isStdinNamed: boolean;
  settings: RequestSettings;
  /** Says what becomes of an unexpected stdin: called when nothing can fail any more before the prompt is sent. */
  tellStdin: () => void;
  /** Notices about the prompt so far. */
  notices: string[];
  /** Says more about it, to the person and in `notices`. */
  onNotice: (sentence: string) => void;
};

/** Reads the words, stdin and the prompt template. Throws CliError `usage` if there is nothing to ask. */
export async function readAsked(
  context: Context,
  options: ChatOptions,
  { settings, signal }: { settings: RequestSettings; signal: AbortSignal },
): Promise<Asked> {
  const { tools, schema, promptFile, toolUse } = options;
  const asking = [tools, schema, promptFile?.source, ...toolUse.mcpConfig];
  const { files, attachments, named } = nameStdin({ ...options, settings: asking }, options.stdin);
  const notices: string[] = [];
  const onNotice = (sentence: string): void => {
    notices.push(sentence);
    context.warn(sentence);
  };
  const stdin = options.stdin && named === 'none';
  const aboutStdin: string[] = [];
  const read = await readPrompt(
    context,
    { ...options, stdin },
    { signal, onNotice: (sentence) => aboutStdin.push(sentence) },
  );
  read.loaded?.notices.forEach(onNotice);
  return {
    ...read,
    files,
    attachments,
    isStdinNamed: named === 'sent',
    settings,
    tellStdin: () => aboutStdin.forEach(onNotice),
    notices,
    onNotice,
  };
}

export async function loadSettings(
  context: Context,
  { effort, maxTokens, tools, showReasoning }: ChatOptions,
  signal: AbortSignal,
): Promise<RequestSettings> {
  const reasoning = {
    ...(effort !== undefined && { effort }),
    // Some models show their thinking only on request.
    ...(showReasoning && { summary: 'auto' as const }),
  };
  return {
    ...(Object.keys(reasoning).length > 0 && { reasoning }),
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    ...(tools !== undefined && {
      tools: await followReading(context, tools, loadTools(tools, toReading(context, signal))),
    }),
  };
}

async function readPrompt(
  context: Context,
  { words, stdin, promptFile, schema, files, attachments, hasShellFiles }: ChatOptions,
  { signal, onNotice }: { signal: AbortSignal; onNotice: (sentence: string) => void },
): Promise<{ prompt: PromptText; loaded: LoadedPrompt | undefined }> {
  const { cwd, templatesFolder } = context;
  const hasFiles = files.length + attachments.length > 0;
  const hasPrompt = words.some((word) => word.trim() !== '') || hasFiles || promptFile !== undefined;
  const text = await readStdinInput(context, { words, stdin, hasPrompt, signal, onNotice });
  const loaded =
    promptFile &&
    (await followReading(
      context,
      promptFile.source,
      loadPromptFile(promptFile, {
        ...toReading(context, signal),
        cwd,
        templatesFolder,
        words,
        stdin: text,
        hasSchema: schema !== undefined,
      }),
    ));
  const isName = (word: string): boolean => isFoundWord(word, cwd);
  const prompt = loaded ? composeAround(loaded, text, isName) : composePrompt(words, text, isName);
  if (prompt === undefined && hasShellFiles) {
    throw new CliError('usage', 'there is no prompt, only files', {
      hint: advise`Put the prompt after the files, behind "--" if it is the name of a file: ${run('chat -f ./*.txt -- "summarise"')}`,
    });
  }
  if (prompt === undefined && !hasFiles) {
    throw new CliError('usage', 'there is no prompt', {
      hint: advise`Give one: ${run('chat "why is the sky blue?"')}`,
    });
  }
  return { prompt: prompt ?? toTyped(''), loaded };
}

/** The prompt file, then the words after it. A `-` among them is the place of stdin, unless the file has one. */
export function composeAround(
  { prompt, words, usesStdin }: Pick<LoadedPrompt, 'prompt' | 'words' | 'usesStdin'>,
  stdin: string | undefined,
  isName?: (word: string) => boolean,
): PromptText | undefined {
  if (!words.includes(stdinMark)) return composeParts([prompt, joinWords(words, isName)]);
  const others = words.filter((word) => word !== stdinMark);
  const said = usesStdin ? joinWords(others, isName) : composePrompt(words, stdin, isName);
  return composeParts([prompt, said ?? toTyped('')]);
}

/** Tools from a JSON list in the form of either API. Throws CliError `usage` if the file is missing, `config` if it is wrong. */
export async function loadTools(path: string, reading: Reading): Promise<ToolDefinition[]> {
  const value = parseJson(await readNamedFile(path, { hint: 'Check the path of the tools.', ...reading }));
  const list = isObject(value) ? value.tools : value;
  if (!Array.isArray(list)) throw createError(path, 'it is not a JSON list of tools');
  return list.map((entry, index) => readTool(entry, path, index));
}

/** `{type, function: {name, …}}`, `{name, parameters}` or `{name, input_schema}`. */
function readTool(entry: unknown, path: string, index: number): ToolDefinition {
  const outer = toObject(entry);
  const fields = isObject(outer.function) ? outer.function : outer;
  const name = toText(fields.name);
  const parameters = fields.parameters ?? fields.input_schema ?? {};
  if (name === undefined) throw createError(path, `tool ${index} has no name`);
  if (!isObject(parameters)) throw createError(path, `the parameters of ${name} are not a JSON Schema`);
  const description = toText(fields.description);
  return { name, parameters, ...(description !== undefined && { description }) };
}

function createError(path: string, reason: string): CliError {
  return new CliError('config', `${path} cannot be used: ${reason}`, {
    hint: 'Write [{"name": "read", "description": "…", "parameters": {"type": "object", "properties": {}}}]',
  });
}
