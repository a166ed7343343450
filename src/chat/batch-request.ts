import type { Context } from '../context.ts';
import type { CopilotClient } from '../copilot/client.ts';
import type { Model } from '../copilot/model.ts';
import { addUsage, type ChatEvent, type Usage } from '../dialects/chat-event.ts';
import { type ChatRequest, createTextMessage, type UserMessage } from '../dialects/chat-request.ts';
import { CliError } from '../errors.ts';
import { selectCode } from '../extraction/code-blocks.ts';
import { advise, flag } from '../hint.ts';
import { JsonText, layOutJson } from '../json-text.ts';
import { toUsageJson } from '../output/usage.ts';
import { gatherReply, holdReply, readText } from '../output/whole-reply.ts';
import { composePrompt, joinWords, stdinMark } from '../prompt-text.ts';
import type { SchemaChecker } from '../schema/schema-checker.ts';
import { composeAround } from './asked.ts';
import { type Asked, hashText, toAskedText } from './batch-record.ts';
import { tellEnclosures } from './enclosures.ts';
import { followSchema, loadSchema, toSchemaPrompt } from './follow-schema.ts';
import { toReading } from './named-file.ts';
import { openPromptFile, type PromptFile } from './prompt-file.ts';
import { type RequestSettings, takesSchema, toResponseFormat } from './request.ts';
import { collectInput } from './say.ts';
import { isFoundWord } from './shell-words.ts';
import { followReading } from './waiting.ts';

export type BatchPromptOptions = {
  each: 'line' | 'file';
  words: readonly string[];
  promptFile: PromptFile | undefined;
  model: string | undefined;
  system: string | undefined;
  settings: RequestSettings;
  schema: string | undefined;
  extract: { language?: string | undefined; last: boolean } | undefined;
  /** Files attached to each request. */
  files: readonly string[];
  attachments: readonly string[];
  fileLists: readonly (readonly string[])[];
  /** Whether the batch itself writes this file. */
  isOwn?: (path: string) => Promise<boolean>;
  signal: AbortSignal;
};

/** The prompt for every item. */
export type BatchPrompt = {
  /** All of it that is known without the model. */
  asked: Asked;
  /** The model that was named, if any. */
  wanted: string | undefined;
  checker: SchemaChecker | undefined;
  /** Reads the attachments for one model. `toRequest` makes a request from an item's text. */
  prepare(model: Model): Promise<{ asked: Asked; toRequest: (text: string) => ChatRequest }>;
};

/** Throws what reading a prompt file or a schema throws. */
export async function createBatchPrompt(context: Context, options: BatchPromptOptions): Promise<BatchPrompt> {
  const { each, promptFile, settings, schema, extract, files, attachments, fileLists, isOwn, signal } =
    options;
  const { cwd, templatesFolder } = context;
  const opened =
    promptFile &&
    (await followReading(
      context,
      promptFile.source,
      openPromptFile(promptFile, {
        ...toReading(context, signal),
        cwd,
        templatesFolder,
        words: options.words,
        hasSchema: schema !== undefined,
      }),
    ));
  if (opened?.use?.length) throw createToolsError(each, opened.use);
  opened?.notices.forEach(context.warn);
  const words = opened?.words ?? options.words;
  const checker =
    schema === undefined
      ? opened?.checker
      : await followReading(context, schema, loadSchema(schema, toReading(context, signal)));
  const compose = (text: string): { prompt: string; system: string | undefined } => {
    if (!opened) return { prompt: composePrompt(words, text)?.text ?? text, system: options.system };
    const { prompt, system } = opened.render(text);
    const loaded = { prompt, words, usesStdin: opened.usesStdin };
    return { prompt: composeAround(loaded, text)?.text ?? '', system: options.system ?? system };
  };
  const sample = compose(itemMark);
  const asked: Asked = {
    each,
    ...toAskedWords(words),
    template: opened && `sha256:${hashText(sample.prompt)}`,
    system: toAskedText(opened ? markItem(sample.system) : sample.system),
    effort: settings.reasoning?.effort,
    max_tokens: settings.maxOutputTokens,
    schema: checker && `sha256:${hashText(JSON.stringify(checker.schema))}`,
    extract: extract && [extract.language ?? 'any language', ...(extract.last ? ['last'] : [])].join(', '),
  };
  return {
    asked,
    wanted: options.model ?? opened?.model,
    checker,
    async prepare(model) {
      const said = words.filter((word) => word !== stdinMark);
      const prompt = joinWords(said, (word) => isFoundWord(word, cwd));
      const input = await collectInput(context, {
        prompt,
        isFromShell: true,
        files,
        attachments,
        lists: fileLists,
        isOwn,
        model,
        signal,
      });
      tellEnclosures(context, input);
      // The words stand with each item's own text.
      const along = prompt.text === '' ? input.parts : input.parts.slice(1);
      const last: UserMessage['parts'] =
        checker && !takesSchema(model, checker.schema)
          ? [{ type: 'text', text: toSchemaPrompt(checker.schema) }]
          : [];
      return {
        asked: {
          ...asked,
          model: model.id,
          context: along.length === 0 ? undefined : `sha256:${hashText(JSON.stringify(along))}`,
        },
        toRequest(text) {
          const { prompt, system } = compose(text);
          return {
            ...settings,
            ...toResponseFormat(checker, model),
            model: model.id,
            messages: [
              ...(system === undefined ? [] : [createTextMessage('system', system)]),
              { role: 'user', parts: [{ type: 'text', text: prompt }, ...along, ...last] },
            ],
          };
        },
      };
    },
  };
}

/** As for the flag `--use`: an answer without what the template gives the model would be another one. */
function createToolsError(each: BatchPromptOptions['each'], kinds: readonly string[]): CliError {
  const batch = `--each-${each}`;
  return new CliError(
    'usage',
    `${batch} gives the model no tools, and the prompt template has "use: ${kinds.join(', ')}"`,
    {
      hint: advise`Nothing was sent. Ask once for each ${each}, without ${flag(batch)}, or take that line out of the template.`,
    },
  );
}

/** Stands for the item in a prompt that is recorded. No argument and no text file can have it. */
const itemMark = '\0';

/** Writes the item's place as prompt templates do. */
function markItem(text: string | undefined): string | undefined {
  return text?.replaceAll('{{stdin}}', '\\{{stdin}}').replaceAll(itemMark, '{{stdin}}');
}

/** The words of each request, and those before the item if others follow it. The same words around another place are another request. */
function toAskedWords(words: readonly string[]): Pick<Asked, 'prompt' | 'before_item'> {
  const mark = words.indexOf(stdinMark);
  const join = (some: readonly string[]): string => (some.join('').trim() === '' ? '' : some.join(' '));
  const before = join(mark === -1 ? words : words.slice(0, mark));
  const after = join(mark === -1 ? [] : words.slice(mark + 1));
  return {
    prompt: toAskedText([before, after].filter(Boolean).join(' ') || undefined),
    before_item: after === '' ? undefined : toAskedText(before),
  };
}

export type BatchAnswerOptions = {
  checker: SchemaChecker | undefined;
  extract: { language?: string | undefined; last: boolean } | undefined;
  /** One attempt at a request. */
  ask: (request: ChatRequest, options: { isRepair: boolean }) => ReturnType<CopilotClient['ask']>;
};

/** The cost of one answer, usable or not, and its record's fields or the error. */
export type BatchAnswer = { usage: Usage | undefined } & (
  | { fields: Record<string, unknown> }
  | { error: unknown }
);

/** Asks once, and once more if the answer does not follow the schema. Never throws. */
export async function askForRecord(
  request: ChatRequest,
  { checker, extract, ask }: BatchAnswerOptions,
): Promise<BatchAnswer> {
  let usage: Usage | undefined;
  let last: { request: ChatRequest; text: string } = { request, text: '' };

  /** An answer that failed at its end was paid for, too. */
  async function* count(events: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent> {
    for await (const event of events) {
      if (event.type === 'usage') usage = addUsage(usage, event.usage);
      yield event;
    }
  }

  async function* askOnce(repairPrompt?: string): AsyncGenerator<ChatEvent> {
    const isRepair = repairPrompt !== undefined;
    const next = isRepair ? addRepair(last, repairPrompt) : request;
    const events = yield* holdReply(count(ask(next, { isRepair })));
    last = { request: next, text: readText(events) };
    yield* events;
  }

  try {
    const events = await gatherReply(checker ? followSchema(checker, askOnce) : askOnce());
    const text = readText(events);
    const reason = events.find((event) => event.type === 'finish')?.reason;
    return {
      usage,
      fields: {
        text,
        ...(checker && { value: new JsonText(layOutJson(text)) }),
        ...(extract && { code: selectText(text, { ...extract, isCut: reason === 'length' }) }),
        finish_reason: reason ?? null,
        usage: toUsageJson(usage),
      },
    };
  } catch (error) {
    return { usage, error };
  }
}

function addRepair(
  { request, text }: { request: ChatRequest; text: string },
  repairPrompt: string,
): ChatRequest {
  const messages = [createTextMessage('assistant', text), createTextMessage('user', repairPrompt)];
  return { ...request, messages: [...request.messages, ...messages] };
}

function selectText(
  text: string,
  { language, ...rest }: NonNullable<BatchAnswerOptions['extract']> & { isCut: boolean },
): string {
  try {
    return selectCode(text, { ...(language !== undefined && { language }), ...rest });
  } catch (error) {
    throw error instanceof CliError ? error.withData({ text }) : error;
  }
}
