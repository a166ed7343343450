import { findListed } from '../attachments/listed.ts';
import { readAsked } from '../chat/asked.ts';
import type { ChatOptions, ConversationChoice } from '../chat/chat-options.ts';
import { chooseConversation, findConversation } from '../chat/opened.ts';
import { refuseSecretsOutside } from '../chat/resolve-mentions.ts';
import type { Context } from '../context.ts';
import { createConversationStore } from '../conversation/store.ts';
import { joinTexts, type PromptText, sliceText, toData } from '../prompt-text.ts';
import { chooseLook } from './look.ts';
import type { Attachment } from './turns/attachment.ts';

type StartOptions = Omit<ChatOptions, 'conversation'> & { conversation: ConversationChoice };

/** Opens the chat on the terminal, drawn or as plain lines. */
export async function startRepl(context: Context, options: StartOptions): Promise<void> {
  const { picks, fork, save } = options.conversation;
  const store = createConversationStore({
    folder: context.dataFolder,
    now: context.now,
    cwd: context.cwd,
    onNotice: context.warn,
  });
  const onNew = (name: string): void => context.notice(`There is no conversation ${name}; it begins here.`);
  const chosen = fork ? undefined : findConversation(store, options.conversation, onNew);
  // An existing conversation is opened after the first lines are shown.
  const file = chosen
    ? store.create({ save, ...(chosen.id === undefined && { name: chosen.name }) })
    : chooseConversation(store, options.conversation, { onNew });
  const { system, model, prompt } = await readFirst(context, options);
  const { effort, instructions, toolUse } = options;
  const replOptions = {
    toolUse,
    effort,
    instructions,
    model,
    system,
    first: { prompt, attachments: toAttachments(options) },
    store,
    file,
    isSaved: save,
    goesOnWith: chosen?.id,
    picksConversation: picks,
    look: chooseLook(context),
  };
  if (!context.io.stdout.canRedraw) {
    const { runPlainRepl } = await import('./plain/plain-repl.ts');
    return runPlainRepl(context, replOptions);
  }
  const { runRepl } = await import('./repl.ts');
  return runRepl(context, replOptions);
}

type First = { prompt: PromptText | undefined } & Pick<ChatOptions, 'model' | 'system'>;

/** The prompt of the command line, and what its template asks for. Throws CliError `usage` for values that do not fit. */
async function readFirst(context: Context, options: StartOptions): Promise<First> {
  const { words, promptFile, model, system } = options;
  if (words.length === 0 && !promptFile) return { prompt: undefined, model, system };
  const { signal } = context;
  const { prompt, loaded } = await readAsked(context, { ...options, stdin: false }, { settings: {}, signal });
  if (prompt) await refuseSecretsOutside(prompt, context);
  if (loaded?.checker)
    context.notice(`The schema of ${promptFile?.source} applies to single prompts only: leave -i out.`);
  return {
    prompt: prompt && toSaid(prompt),
    model: model ?? loaded?.model,
    system: system ?? loaded?.system,
  };
}

/** The same as words for the model: a command of the chat is typed in the chat, and an argument may come from a file. A mention stays one. */
function toSaid(prompt: PromptText): PromptText {
  const [start = ''] = /^\s*[^\s@]/u.exec(prompt.text) ?? [];
  return joinTexts([toData(start), sliceText(prompt, start.length)]);
}

function toAttachments({ files, attachments, fileLists }: StartOptions): Attachment[] {
  const listedFiles = findListed(files, fileLists);
  const listedMedia = findListed(attachments, fileLists);
  return [
    ...files.map((spec) => ({
      type: 'files' as const,
      spec,
      ...(listedFiles.has(spec) && { isListed: true }),
    })),
    ...attachments.map((path) => ({
      type: 'media' as const,
      path,
      ...(listedMedia.has(path) && { isListed: true }),
    })),
  ];
}
