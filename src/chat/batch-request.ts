import type { Context } from '../context.ts';
import type { Model } from '../copilot/model.ts';
import { type ChatRequest, createTextMessage, type UserMessage } from '../dialects/chat-request.ts';
import { composeParts, composePrompt, stdinMark, toTyped } from '../prompt-text.ts';
import type { SchemaChecker } from '../schema/schema-checker.ts';
import { type Asked, hashText, toAskedText } from './batch-record.ts';
import { tellEnclosures } from './enclosures.ts';
import { followReading } from './follow-reading.ts';
import { loadSchema, toSchemaPrompt } from './follow-schema.ts';
import { collectInput } from './input.ts';
import { openPromptFile, type PromptFile } from './prompt-file.ts';
import { type RequestSettings, takesSchema, toResponseFormat } from './request.ts';

export type BatchPromptOptions = {
  each: 'line' | 'file';
  words: readonly string[];
  promptFile: PromptFile | undefined;
  model: string | undefined;
  system: string | undefined;
  settings: RequestSettings;
  schema: string | undefined;
  extract: { language?: string | undefined; last: boolean } | undefined;
  /** What goes along with each request. */
  files: readonly string[];
  attachments: readonly string[];
  fileLists: readonly (readonly string[])[];
  /** Whether the batch itself writes this file. */
  isOwn?: (path: string) => Promise<boolean>;
  signal: AbortSignal;
};

/** What a batch asks about every item. */
export type BatchPrompt = {
  /** All of it that is known without the model. */
  asked: Asked;
  /** The model that was named, if any. */
  wanted: string | undefined;
  checker: SchemaChecker | undefined;
  /** Reads what goes along, for one model. The request of an item is made from its text. */
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
      openPromptFile(promptFile, { cwd, templatesFolder, words: options.words, signal }),
    ));
  const words = opened?.words ?? options.words;
  const checker =
    schema === undefined ? opened?.checker : await followReading(context, schema, loadSchema(schema, signal));
  const compose = (text: string): { prompt: string; system: string | undefined } => {
    if (!opened) return { prompt: composePrompt(words, text)?.text ?? text, system: options.system };
    const { prompt, system } = opened.render(text);
    return {
      prompt: composeParts([prompt, toTyped(words.join(' '))])?.text ?? '',
      system: options.system ?? system,
    };
  };
  const sample = compose('{{stdin}}');
  const asked: Asked = {
    each,
    prompt: words.length === 0 ? undefined : toAskedText(words.join(' ')),
    template: opened && `sha256:${hashText(sample.prompt)}`,
    system: toAskedText(sample.system),
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
      const typed = words.filter((word) => word !== stdinMark).join(' ');
      const prompt = toTyped(typed);
      const input = await collectInput(context, {
        prompt,
        files,
        attachments,
        lists: fileLists,
        isOwn,
        model,
        signal,
      });
      tellEnclosures(context, input);
      // The words stand with each item's own text.
      const along = typed === '' ? input.parts : input.parts.slice(1);
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
