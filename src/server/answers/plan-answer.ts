import type { IncomingHttpHeaders } from 'node:http';
import { type Model, toTraits, toWireId } from '../../copilot/model.ts';
import { withFields } from '../../dialects/body.ts';
import type { ChatRequest } from '../../dialects/chat-request.ts';
import {
  type Dialect,
  DialectError,
  type NativeBody,
  type PreparedBody,
  type WireRequest,
} from '../../dialects/dialect.ts';
import { findInitiator, type Initiator } from '../../dialects/initiator.ts';
import { CliError } from '../../errors.ts';
import { formatJson, type JsonObject, toObject, toText, toTexts } from '../../json-value.ts';
import type { JsonBody } from '../call.ts';

/** How to send a request: as the caller wrote it (but for what is removed or repaired in place), as a ChatRequest in the model's dialect, or as a search that another model does. */
export type AnswerPlan = NativePlan | TranslationPlan | SearchPlan;

type Plan = {
  /** Whether the caller wants a stream. */
  stream: boolean;
  initiator: Initiator;
  /** Notices about fields left out before sending, a sentence each. */
  notices: string[];
};
export type NativePlan = Plan & {
  way: 'native';
  body: Uint8Array | JsonObject;
  headers: Record<string, string>;
  /** The caller's own answer in one piece is passed on as it is. */
  passesWhole?: boolean;
  /** The fallback if Copilot refuses the native request. Undefined if the request cannot be translated. */
  translation: TranslationPlan | undefined;
};
export type TranslationPlan = Plan & { way: 'translated'; request: ChatRequest; includeUsage: boolean };

/** A model answers a search for the one that was asked. */
export type SearchPlan = Plan & { way: 'searched'; search: Search };

export type Asked = { dialect: Dialect; body: JsonBody; headers: IncomingHttpHeaders; model: Model };

/**
 * First removes the fields that Copilot accepts from nobody. The request then passes natively if the model speaks its dialect and a
 * translation would leave out or mend nothing. Throws CliError `usage` for an invalid request.
 */
export function planAnswer(asked: Asked): AnswerPlan {
  const { dialect, body, model } = asked;
  if (model.custom && model.endpoints.includes(dialect.path)) return planPassage(asked);
  // A search by a model of Copilot would tell it what another service is asked.
  const search = dialect.name === 'messages' && !model.custom ? findSearch(body.value) : undefined;
  if (search) {
    const stream = body.value.stream === true;
    return { way: 'searched', search, stream, initiator: 'agent', notices: [] };
  }
  const { prepared, translation, notices, initiator, error } = reword(() => planTranslation(asked));
  const asIs = speaks(model, dialect, prepared.body) ? dialect.native.toBody(prepared) : undefined;
  const written = asIs && translation && tryWork(() => writeAgain(dialect, translation.request, model)).value;
  const native = asIs && written ? fitNative(asIs, prepared, written, { dialect, model }) : asIs;
  if (native) {
    const hasImages = written ? 'copilot-vision-request' in written.headers : holdsImage(native.body);
    return {
      way: 'native',
      body: native.body === body.value ? body.bytes : native.body,
      headers: { ...native.headers, ...(hasImages && { 'copilot-vision-request': 'true' }) },
      stream: body.value.stream === true,
      initiator,
      notices: [...notices, ...(written?.notices ?? [])],
      translation,
    };
  }
  if (!translation) throw toUsageError(error);
  return translation;
}

/** The request as a ChatRequest, if it can be one. Throws DialectError for what Copilot cannot do. */
function planTranslation({ dialect, body, headers, model }: Asked): {
  prepared: PreparedBody;
  translation: TranslationPlan | undefined;
  notices: string[];
  initiator: Initiator;
  error: DialectError | undefined;
} {
  const betas = model.endpoints.includes(dialect.path) ? listBetas(headers) : [];
  const prepared = dialect.prepareRequest(withFields(body.value, { model: toWireId(model) }), betas);
  const notices = prepared.notices.map((notice) => nameService(notice, model));
  const initiator = findInitiator(body.value, headers);
  const { value: caller, error } = tryWork(() => dialect.readRequest(prepared.body));
  const translation: TranslationPlan | undefined = caller && {
    way: 'translated',
    request: { ...caller.request, ...(prepared.betas.length > 0 && { betas: prepared.betas }) },
    stream: caller.stream,
    includeUsage: caller.includeUsage ?? false,
    initiator,
    notices: [...notices, ...(caller.notices ?? [])],
  };
  return { prepared, translation, notices, initiator, error };
}

/** Where a body has thinking of earlier turns, which may be that of another model. */
const thinking = /"(?:thinking|redacted_thinking|encrypted_content|reasoning_opaque)"/;

/** An endpoint of the person's own gets the caller's request as it is, but for the name of the model: what it takes, it knows. */
function planPassage(asked: Asked): NativePlan {
  const { body, headers, model } = asked;
  const betas = listBetas(headers);
  const mayHoldSeals = thinking.test(formatJson(body.value) ?? '');
  return {
    way: 'native',
    body: withFields(body.value, { model: toWireId(model) }),
    headers: betas.length > 0 ? { 'anthropic-beta': betas.join(',') } : {},
    stream: body.value.stream === true,
    passesWhole: true,
    initiator: findInitiator(body.value, headers),
    notices: [],
    translation: mayHoldSeals ? tryWork(() => planTranslation(asked)).value?.translation : undefined,
  };
}

/** Sentences of the dialects speak of Copilot. */
function nameService(sentence: string, { custom }: Model): string {
  return custom ? sentence.replaceAll('Copilot', custom.endpoint) : sentence;
}

/**
 * The native body as it is, if a translation would leave out or mend nothing, or with other parameters, if they alone are not what the model
 * takes: the prompt then keeps what a translation would lose. Undefined if something else has to change.
 */
function fitNative(
  asIs: NativeBody,
  prepared: PreparedBody,
  written: WireRequest,
  { dialect, model }: Pick<Asked, 'dialect' | 'model'>,
): NativeBody | undefined {
  if (written.isMended) return undefined;
  if (written.notices.length === 0) return asIs;
  const { parameters, toBody } = dialect.native;
  const fitted = Object.fromEntries(parameters.map((name) => [name, written.body[name]]));
  const body = withFields(prepared.body, fitted);
  const { value } = tryWork(() => dialect.readRequest(body));
  const again = value && tryWork(() => writeAgain(dialect, value.request, model)).value;
  return again?.notices.length === 0 ? toBody({ ...prepared, body }) : undefined;
}

/** How the dialect would write its own request. If a model takes both effort and budget, the caller's choice stays. */
function writeAgain(dialect: Dialect, request: ChatRequest, model: Model): WireRequest {
  const traits = toTraits(model);
  const isSaid = request.reasoning?.budget !== undefined && traits.maxThinkingBudget !== undefined;
  return dialect.writeRequest(request, isSaid ? { ...traits, adaptiveThinking: false } : traits);
}

/**
 * Only OpenAI's own models speak Chat Completions as its clients expect. Claude splits its reply into several choices and loses its sealed
 * thinking; Gemini reports `stop` when it calls tools. Some of OpenAI's want to be asked for this body on /responses.
 */
export function speaks(
  { id, endpoints, vendor = '' }: Model,
  { name, path }: Dialect,
  body: JsonObject,
): boolean {
  if (!endpoints.includes(path)) return false;
  if (name !== 'chat-completions') return true;
  return /openai/i.test(vendor) && !(endpoints.includes(responsesPath) && isForResponses(id, body));
}

const responsesPath = '/responses';

/** Since GPT-5.4, tools and an effort together are refused: "Please use /v1/responses instead." */
function isForResponses(id: string, { tools, reasoning_effort }: JsonObject): boolean {
  const hasTools = Array.isArray(tools) && tools.length > 0;
  return hasTools && typeof reasoning_effort === 'string' && /^gpt-(?:5\.[4-9]|[6-9])/.test(id);
}

const imageType = /"type":"(?:image|image_url|input_image)"/;

/** Whether a body has an image anywhere, in unknown fields too: Copilot demands a header for it. */
export function holdsImage(body: unknown): boolean {
  return imageType.test(formatJson(body) ?? '');
}

function listBetas(headers: IncomingHttpHeaders): string[] {
  const values = [headers['anthropic-beta'] ?? []].flat().join(',').split(',');
  return [...new Set(values.map((value) => value.trim()))].filter((value) => value !== '');
}

/** A DialectError is the caller's error. */
export function reword<T>(work: () => T): T {
  const { value, error } = tryWork(work);
  if (error) throw toUsageError(error);
  return value as T;
}

function tryWork<T>(work: () => T): { value?: T; error?: DialectError } {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof DialectError) return { error };
    throw error;
  }
}

function toUsageError(error: DialectError | undefined): CliError {
  const place = error?.path === undefined ? '' : `${error.path}: `;
  return new CliError('usage', `${place}${error?.message ?? 'the request cannot be read'}`, {
    cause: error,
    details: { status: 400, param: error?.path },
  });
}

/** What a client of `/v1/messages` wants to have searched, in its own words. */
export type Search = { system: string; text: string; domains: string[] };

const searchTool = /^web_search_\d+$/;

/**
 * The search that a request is for: Claude Code has its searches done by a request of their own, whose only tool is Anthropic's
 * `web_search_20250305`. Copilot's Claude refuses the tool, and some of its GPT models search themselves.
 */
function findSearch({ tools, system, messages }: JsonObject): Search | undefined {
  const list = Array.isArray(tools) ? tools.map(toObject) : [];
  const [first] = list;
  if (!first || !list.every(({ type }) => typeof type === 'string' && searchTool.test(type)))
    return undefined;
  const last = Array.isArray(messages)
    ? messages.map(toObject).findLast(({ role }) => role === 'user')
    : undefined;
  const text = joinTexts(last?.content);
  return text === ''
    ? undefined
    : { system: joinTexts(system), text, domains: toTexts(first.allowed_domains) };
}

function joinTexts(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? content.map((part) => toText(toObject(part).text) ?? '') : [];
  return parts.filter(Boolean).join('\n\n');
}
