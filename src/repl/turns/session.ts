import { createRequest, findModelInUse } from '../../chat/request.ts';
import { say } from '../../chat/say.ts';
import type { Context } from '../../context.ts';
import { findSystem, listBranch } from '../../conversation/conversation.ts';
import type { ConversationFile } from '../../conversation/conversation-file.ts';
import type { CopilotClient } from '../../copilot/client.ts';
import type { Model } from '../../copilot/model.ts';
import type { QuotaSnapshot } from '../../copilot/quota-headers.ts';
import type { Retry } from '../../copilot/retry.ts';
import type { ChatEvent } from '../../dialects/chat-event.ts';
import { untilAborted } from '../../pause.ts';

export type SessionOptions = {
  file: ConversationFile;
  /** As the person named it; without one, the model of the conversation's last answer, else the setting's. */
  model: string | undefined;
  system: string | undefined;
  effort: string | undefined;
  instructions: boolean;
};

export type AskHandlers = {
  signal: AbortSignal;
  onNotice: (sentence: string) => void;
  onWait: (retry: Retry) => void;
  onQuota: (quota: QuotaSnapshot) => void;
};

/** A conversation with a model, as it stands. */
export type Session = {
  readonly file: ConversationFile;
  /** Undefined until it was looked up. */
  readonly model: Model | undefined;
  readonly effort: string | undefined;
  connect(): Promise<CopilotClient>;
  /** Looks the model up, once. Throws what `chooseModel` throws. */
  loadModel(signal: AbortSignal): Promise<Model>;
  /** Adds what the person says to the conversation. Throws before anything is added. */
  say(prompt: string, signal: AbortSignal): Promise<void>;
  /** The answer to what was said last, which is written down as it passes. */
  ask(handlers: AskHandlers): AsyncIterable<ChatEvent>;
  setModel(model: Model): void;
  setEffort(effort: string | undefined): void;
  /** The system prompt from the next thing that is said on. */
  setSystem(system: string): void;
  /** The one that holds now. */
  readonly system: string | undefined;
  /** Files that go along with the next thing that is said. */
  attach(path: string): void;
  dropAttachments(): void;
  readonly attachments: readonly string[];
  /** Goes on with another conversation. */
  open(file: ConversationFile): void;
};

export function createSession(context: Context, options: SessionOptions): Session {
  let { file, system, effort } = options;
  let wanted = options.model;
  let model: Model | undefined;
  let attachments: string[] = [];

  async function loadModel(signal: AbortSignal): Promise<Model> {
    if (model) return model;
    const client = await context.connect();
    const choice = await untilAborted(
      client.chooseModel(wanted ?? findModelInUse(file.conversation)),
      signal,
    );
    model = choice.model;
    return model;
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
    connect: () => context.connect(),
    loadModel,
    async say(prompt, signal) {
      await say(context, file, {
        prompt,
        files: [],
        attachments,
        model: await loadModel(signal),
        signal,
        system,
        instructions: options.instructions,
      });
      attachments = [];
      system = undefined;
    },
    async *ask({ signal, onNotice, onWait, onQuota }) {
      const chosen = await loadModel(signal);
      const client = await context.connect();
      const settings = effort === undefined ? {} : { reasoning: { effort } };
      const request = createRequest(file.conversation, { model: chosen, settings });
      const events = client.ask(request, { model: chosen, signal, onNotice, onWait, onQuota });
      yield* file.record(events, { model: chosen.id });
    },
    setModel(chosen) {
      model = chosen;
      wanted = chosen.id;
      if (effort !== undefined && chosen.efforts.length > 0 && !chosen.efforts.includes(effort))
        effort = undefined;
    },
    setEffort(chosen) {
      effort = chosen;
    },
    get system() {
      return system ?? findSystem(listBranch(file.conversation));
    },
    setSystem(text) {
      system = text;
    },
    attach(path) {
      attachments = [...attachments, path];
    },
    dropAttachments() {
      attachments = [];
    },
    open(opened) {
      file = opened;
      attachments = [];
      wanted = model?.id;
    },
  };
}
