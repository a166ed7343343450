import type { Enclosure } from '../../chat/enclosures.ts';
import { createRequest, findEffortInUse, findModelInUse } from '../../chat/request.ts';
import { act } from '../../chat/run-tools.ts';
import { type Said, say } from '../../chat/say.ts';
import type { Context } from '../../context.ts';
import {
  type CompactionPlan,
  type CompactionSummary,
  compact,
  type LeftOut,
  leaveOut,
} from '../../conversation/compaction.ts';
import { findSystem, listCalls } from '../../conversation/conversation.ts';
import type { ConversationFile } from '../../conversation/conversation-file.ts';
import { findUnfinished, listBranch } from '../../conversation/current-branch.ts';
import type { QuotaSnapshot } from '../../copilot/account.ts';
import { takesEffort, toBudget } from '../../copilot/efforts.ts';
import type { Model } from '../../copilot/model.ts';
import { checkAnswers } from '../../copilot/model-choice.ts';
import type { Catalogue } from '../../copilot/model-list.ts';
import { refusesTools } from '../../copilot/refused-fields.ts';
import type { Retry } from '../../copilot/retry.ts';
import type { ChatEvent } from '../../dialects/chat-event.ts';
import type { ToolDefinition } from '../../dialects/chat-request.ts';
import { foreignThinkingNotice, lateThinkingNotice } from '../../dialects/fit/fitting.ts';
import { untilAborted } from '../../pause.ts';
import type { PromptText } from '../../prompt-text.ts';
import type { RunEvent } from '../../tools/rounds.ts';
import { describeContinued, describeLast } from '../facts.ts';
import type { Dispatch } from '../state.ts';
import { type Attachment, describeAttachment, type SentPrompt } from './attachment.ts';
import { type ChatTools, estimateTools } from './chat-tools.ts';

export type SessionOptions = {
  file: ConversationFile;
  /** The model that the person named. Without one: the model of the conversation's last answer, or that of the setting. */
  model: string | undefined;
  system: string | undefined;
  /** What the person named. Without it: that of the conversation's last answer. */
  effort: string | undefined;
  instructions: boolean;
};

export type AskHandlers = {
  signal: AbortSignal;
  onNotice: (sentence: string) => void;
  onWait: (retry: Retry) => void;
  onQuota: (quota: QuotaSnapshot) => void;
  onSent?: (isOut: boolean) => void;
  /** Goes on with the run at the end of the conversation, which was cut off between two answers. */
  goesOn?: boolean;
};

/** The open conversation and the model that answers. The one owner of both: it tells the screen whatever changes. */
export type Session = {
  readonly file: ConversationFile;
  /** Undefined until the model is looked up. */
  readonly model: Model | undefined;
  readonly effort: string | undefined;
  /** The models of the account, with their prices in the money that it is billed in. */
  fetchCatalogue(): Promise<Catalogue>;
  /** Looks the model up once. Throws what `chooseModel` of the client throws. */
  loadModel(signal: AbortSignal): Promise<Model>;
  /** Adds a prompt to the conversation. If it throws, nothing was added. */
  say(prompt: SentPrompt, signal: AbortSignal): Promise<Said>;
  /** The answer to the last prompt, with the calls that the model makes for it. It is recorded as it passes. */
  ask(handlers: AskHandlers): AsyncIterable<RunEvent>;
  /** The same by another model, without recording it. */
  request(model: Model, handlers: AskHandlers): Promise<AsyncIterable<ChatEvent>>;
  /** The next prompt looks the model up again: somebody else may be signed in. */
  forgetModel(): void;
  /**
   * This model answers from now on. The effort is dropped if the model does not take it, and returned. Throws CliError `model` or `forbidden`
   * if it cannot answer.
   */
  switchTo(model: Model): string | undefined;
  /** A word, or a number of tokens for thinking. Undefined leaves it to the model. */
  setEffort(effort: string | undefined): void;
  /** Sets the system prompt, from the next prompt on. */
  setSystem(system: string): void;
  /** The system prompt in force. */
  readonly system: string | undefined;
  /** Whether the system prompt is sent with the instruction files of the repository. */
  instructions: boolean;
  /** The attachments of the next prompt. */
  readonly attachments: readonly Attachment[];
  attach(attachment: Attachment): void;
  dropAttachments(): void;
  detach(attachments: readonly Attachment[]): void;
  /** Drops the last attachment, and gives it. */
  detachLast(): Attachment | undefined;
  /** Makes all attachments a part of the draft: what waited before it goes without them. */
  leaveToDraft(): void;
  /** Binds what is a part of the draft, such as pasted images, to a prompt that has to wait: it is for no other prompt. */
  bindAttachments(prompt: PromptText): SentPrompt;
  /** After a failure, what went with the last prompt, or would have gone. It is attached to nothing any more. */
  takeSaid(): readonly Attachment[];
  /** Attaches it to the draft: the prompt is sent again, or never. */
  recoverAttachments(): void;
  /** Detaches what came back with these words: the prompt has an answer by now. */
  detachReturned(text: string): void;
  /** Continues another conversation. Attachments are sent with the next prompt there. */
  open(file: ConversationFile): void;
  /** Continues after another turn of the conversation. */
  moveTo(head: string | undefined): void;
  /** Puts a summary in the place of older turns. */
  compact(plan: CompactionPlan, summary: CompactionSummary): void;
  /** Puts a note in the place of a large part of a prompt. */
  leaveOut(part: LeftOut): void;
};

/** The person does not know the file name of a pasted image. */
function withLabel(enclosure: Enclosure, attachments: readonly Attachment[]): Enclosure {
  const own = attachments.find((one) => one.type === 'media' && one.path === enclosure.path);
  return own ? { ...enclosure, path: describeAttachment(own) } : enclosure;
}

export function createSession(
  context: Context,
  options: SessionOptions,
  dispatch: Dispatch,
  tools?: ChatTools,
): Session {
  let { file, system, effort, instructions } = options;
  let wanted = options.model;
  let model: Model | undefined;
  let isEffortChosen = effort !== undefined;
  /** What the person knows of what this model does not get. */
  const told = new Set<string>();
  /** Models that refused tools. */
  const toolless = new Set<string>();
  let attachments: readonly Attachment[] = [];
  let said: { text: string; attachments: readonly Attachment[] } = { text: '', attachments: [] };

  function setAttachments(changed: readonly Attachment[]): void {
    attachments = changed;
    dispatch({ type: 'attachments', attachments: changed.map(describeAttachment) });
  }

  function takeSaid(): readonly Attachment[] {
    const { text, attachments: taken } = said;
    said = { text, attachments: [] };
    const left = attachments.filter((one) => !taken.includes(one));
    if (left.length < attachments.length) setAttachments(left);
    return taken.map((one) => ({ ...one, isOfDraft: true, returnedWith: text }));
  }

  function setModel(chosen: Model): void {
    model = chosen;
    dispatch({ type: 'facts', facts: { model, effort } });
  }

  /** Whoever leaves before the next answer finds this model and effort again. */
  function keepChoice(): void {
    const { conversation } = file;
    if (!model || (findModelInUse(conversation) === model.id && findEffortInUse(conversation) === effort))
      return;
    file.choose({ model: model.id, ...(effort !== undefined && { effort }) });
  }

  function tellUsage(describe: typeof describeLast): void {
    dispatch({ type: 'facts', facts: { ...describe(file.conversation), tokensPerSecond: undefined } });
  }

  async function loadModel(signal: AbortSignal): Promise<Model> {
    if (model) return model;
    const client = await context.connect();
    const choice = await untilAborted(
      client.chooseModel(wanted ?? findModelInUse(file.conversation)),
      signal,
    );
    if (!isEffortChosen) resumeEffort(choice.model);
    setModel(choice.model);
    return choice.model;
  }

  /** An effort is kept with the conversation, as its model is. */
  function resumeEffort(chosen: Model): void {
    const kept = findEffortInUse(file.conversation);
    if (kept === undefined) return;
    isEffortChosen = true;
    if (takesEffort(chosen, kept)) effort = kept;
    else context.notice(`The effort was ${kept}; ${chosen.id} does not take it and decides by itself.`);
  }

  /** Once for each conversation and model: with every answer it would be noise. */
  function tell(sentence: string, chosen: Model, onNotice: AskHandlers['onNotice']): void {
    const isForeign = sentence === foreignThinkingNotice;
    // Whoever chose no effort asked for no thinking.
    if (sentence === lateThinkingNotice && effort === undefined) return;
    if (told.has(sentence)) return;
    told.add(sentence);
    onNotice(
      isForeign
        ? `${chosen.id} gets the earlier answers, but not what other models thought before them.`
        : sentence,
    );
  }

  /** `own` is its effort. That of the session may be another by the next round of a run. */
  async function request(
    chosen: Model,
    handlers: AskHandlers,
    { own, acting }: { own: string | undefined; acting?: { tools: ToolDefinition[]; note: string } },
  ): Promise<AsyncIterable<ChatEvent>> {
    const client = await context.connect();
    const thinks = chosen.abilities.includes('reasoning');
    const budget = toBudget(own);
    const reasoning = {
      ...(budget === undefined && own !== undefined && { effort: own }),
      ...(budget !== undefined && { budget }),
      // Some models send no reasoning unless they are asked for a summary of it.
      ...(thinks && { summary: 'auto' as const }),
    };
    const settings = {
      ...(Object.keys(reasoning).length > 0 && { reasoning }),
      ...(acting && { tools: acting.tools }),
    };
    const asked = createRequest(file.conversation, { model: chosen, settings, note: acting?.note });
    const onNotice = (sentence: string): void => tell(sentence, chosen, handlers.onNotice);
    return client.ask(asked, { model: chosen, ...handlers, onNotice });
  }

  /** Nobody knows beforehand whether a model of an endpoint calls tools. */
  async function* requestWithTools(
    chosen: Model,
    handlers: AskHandlers,
    { own, acting }: { own: string | undefined; acting: { tools: ToolDefinition[]; note: string } },
  ): AsyncGenerator<ChatEvent> {
    let isBegun = false;
    try {
      for await (const event of await request(chosen, handlers, { own, acting })) {
        isBegun = true;
        yield event;
      }
      return;
    } catch (error) {
      if (isBegun || !refusesTools(error)) throw error;
    }
    toolless.add(chosen.id);
    handlers.onNotice(`${chosen.id} calls no tools: it answers without them.`);
    yield* await request(chosen, handlers, { own });
  }

  /** Another model than that of the session gets the effort if it takes it. */
  function toOwnEffort(chosen: Model): string | undefined {
    const isTaken = chosen.id === model?.id || (effort !== undefined && takesEffort(chosen, effort));
    return isTaken ? effort : undefined;
  }

  return {
    get file() {
      return file;
    },
    get model() {
      return model;
    },
    get effort() {
      return effort;
    },
    get attachments() {
      return attachments;
    },
    fetchCatalogue: async () => (await context.connect()).fetchCatalogue({ fresh: false, billed: true }),
    loadModel,
    async say({ along, ...prompt }, signal) {
      // Images that were pasted while this prompt waited belong to the draft.
      const sent = along ? [...along, ...attachments.filter(({ isOfDraft }) => !isOfDraft)] : attachments;
      said = { text: prompt.text, attachments: sent };
      // If this fails, they are sent with the next prompt.
      if (along && along.length > 0) setAttachments([...along, ...attachments]);
      const outcome = await say(context, file, {
        prompt,
        files: sent.flatMap((one) => (one.type === 'files' ? one.spec : [])),
        attachments: sent.flatMap((one) => (one.type === 'media' ? one.path : [])),
        lists: [
          sent.flatMap((one) => (one.type === 'files' && one.isListed ? one.spec : [])),
          sent.flatMap((one) => (one.type === 'media' && one.isListed ? one.path : [])),
        ],
        postscript: sent.flatMap((one) => (one.type === 'text' ? one.text : [])).join('\n\n') || undefined,
        model: await loadModel(signal),
        resources: tools?.resources,
        signal,
        system,
        instructions,
      });
      // More may have been attached while files were read.
      setAttachments(attachments.filter((one) => !sent.includes(one)));
      system = undefined;
      return { ...outcome, enclosures: outcome.enclosures.map((one) => withLabel(one, sent)) };
    },
    async *ask(handlers) {
      const chosen = await loadModel(handlers.signal);
      const acting = toolless.has(chosen.id)
        ? undefined
        : tools && (await untilAborted(tools.open(chosen, file.conversation.id), handlers.signal));
      const answered = { model: chosen.id, effort };
      if (!acting) {
        dispatch({ type: 'facts', facts: { toolTokens: undefined } });
        yield* file.record(await request(chosen, handlers, { own: answered.effort }), answered);
        return;
      }
      const { note } = acting;
      async function* ask(definitions: ToolDefinition[]): AsyncGenerator<ChatEvent> {
        dispatch({ type: 'facts', facts: { toolTokens: estimateTools(definitions, note) } });
        const given = { own: answered.effort, acting: { tools: definitions, note } };
        yield* file.record(requestWithTools(chosen, handlers, given), answered);
        const last = listBranch(file.conversation).at(-1);
        tools?.beginAnswer(last?.role === 'assistant' ? listCalls(last).length : 0);
      }
      const { signal, goesOn = false } = handlers;
      const unfinished = goesOn ? findUnfinished(file.conversation) : undefined;
      tools?.beginAnswer(unfinished?.pending.length ?? 0);
      yield* act(file, acting, { ask, goesOn, signal, now: context.now });
    },
    request: (chosen, handlers) => request(chosen, handlers, { own: toOwnEffort(chosen) }),
    forgetModel() {
      model = undefined;
      dispatch({ type: 'facts', facts: { model, quota: undefined } });
    },
    switchTo(chosen) {
      checkAnswers(chosen);
      wanted = chosen.id;
      if (chosen.id !== model?.id) told.clear();
      const dropped = effort !== undefined && !takesEffort(chosen, effort) ? effort : undefined;
      if (dropped !== undefined) effort = undefined;
      setModel(chosen);
      keepChoice();
      return dropped;
    },
    setEffort(chosen) {
      effort = chosen;
      isEffortChosen = true;
      dispatch({ type: 'facts', facts: { effort } });
      keepChoice();
    },
    get system() {
      return system ?? findSystem(listBranch(file.conversation));
    },
    setSystem(text) {
      system = text;
    },
    get instructions() {
      return instructions;
    },
    set instructions(wanted) {
      instructions = wanted;
    },
    attach: (attachment) => setAttachments([...attachments, attachment]),
    dropAttachments: () => setAttachments([]),
    detach(given) {
      if (given.length > 0) setAttachments(attachments.filter((one) => !given.includes(one)));
    },
    detachLast() {
      const last = attachments.at(-1);
      if (last) setAttachments(attachments.slice(0, -1));
      return last;
    },
    leaveToDraft: () =>
      setAttachments(attachments.map((one) => (one.isOfDraft ? one : { ...one, isOfDraft: true }))),
    bindAttachments(prompt) {
      const along = attachments.filter(({ isOfDraft }) => isOfDraft);
      if (along.length > 0) setAttachments(attachments.filter(({ isOfDraft }) => !isOfDraft));
      return { ...prompt, along };
    },
    takeSaid,
    recoverAttachments: () => setAttachments([...takeSaid(), ...attachments]),
    detachReturned(text) {
      const left = attachments.filter(({ returnedWith }) => returnedWith !== text);
      if (left.length < attachments.length) setAttachments(left);
    },
    open(opened) {
      file = opened;
      told.clear();
      wanted = model?.id ?? wanted;
      tellUsage(describeContinued);
    },
    moveTo(head) {
      file.moveTo(head);
      keepChoice();
      tellUsage(describeLast);
    },
    compact(plan, summary) {
      compact(file, plan, summary);
      // The tokens of the summary's request say nothing about how full the window is from now on.
      dispatch({ type: 'facts', facts: { usage: undefined } });
    },
    leaveOut(part) {
      leaveOut(file, part);
      dispatch({ type: 'facts', facts: { usage: undefined } });
    },
  };
}
