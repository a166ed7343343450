import type { ChatEvent } from '../dialects/chat-event.ts';
import type { ChatRequest } from '../dialects/chat-request.ts';
import type { JsonObject } from '../json-value.ts';
import type { AskOptions, PreparedRequest } from './ask.ts';
import type { Billing } from './billing.ts';
import type { Model } from './model.ts';
import type { ModelChoice } from './model-choice.ts';
import type { Catalogue } from './model-list.ts';
import type { NativeAskOptions, NativeCall, NativeReply } from './native.ts';

/** Whoever answers for models: Copilot, an endpoint that the person has added, or all of them. Callers need not know which. */
export type ModelClient = {
  /** The reply as events. Throws CliError before, between or after them: an answer may turn out to be none. */
  ask(request: ChatRequest, options: AskOptions): AsyncIterableIterator<ChatEvent>;
  /** The reply in batches, as its bytes arrive, whatever it is. */
  askInBatches(request: ChatRequest, options: AskOptions): AsyncGenerator<ChatEvent[]>;
  /** The answer to a body that is in the model's own dialect, as it comes. Throws CliError, before the answer or in the middle. */
  askNatively(call: NativeCall, options: NativeAskOptions): Promise<NativeReply>;
  /** Calls a path that answers in JSON, such as `/embeddings`. Throws what `ask` throws, and if the answer is an error or no JSON object. */
  fetchJson(path: string, body: Record<string, unknown>, options: FetchJsonOptions): Promise<JsonObject>;
  /** The request that `ask` would send. Nothing is sent to the model. */
  prepare(request: ChatRequest, options: { model: Model }): Promise<PreparedRequest>;
  /** `billed` leaves of prices and multipliers those that the account is billed in. */
  fetchCatalogue(options: { fresh: boolean; billed?: boolean }): Promise<Catalogue>;
  /** How answers of the model, or of Copilot's models, are billed. GitHub is asked once a day, and again ten minutes after it failed. */
  findBilling(model?: Model): Promise<Billing>;
  /** Chooses the named model, the setting's or the service's. Throws CliError `model` or `forbidden` if it cannot answer. */
  chooseModel(name: string | undefined): Promise<ModelChoice>;
};

/** The headers are those that belong to the body, lower case. */
export type FetchJsonOptions = { model: Model; signal: AbortSignal; headers?: Record<string, string> };
