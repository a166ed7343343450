import type { IncomingHttpHeaders } from 'node:http';
import type { Initiator } from '../../copilot/identity.ts';
import { type Model, toTraits } from '../../copilot/model.ts';
import { withFields } from '../../dialects/body.ts';
import type { ChatRequest } from '../../dialects/chat-request.ts';
import { type CallerRequest, type Dialect, DialectError, type WireRequest } from '../../dialects/dialect.ts';
import { fitRequest } from '../../dialects/fit/fit-request.ts';
import type { ModelTraits } from '../../dialects/model-traits.ts';
import { CliError } from '../../errors.ts';
import { formatJson, type JsonObject } from '../../json-value.ts';
import type { JsonBody } from '../call.ts';
import { findInitiator } from './initiator.ts';
import { holdsImage } from './vision.ts';

/** How a request goes on: as it is, or as a ChatRequest in whatever dialect the model speaks. */
export type AnswerPlan = {
  /** Whether the caller wants a stream. */
  stream: boolean;
  initiator: Initiator;
  /** What is left out before the request is sent, a sentence each. */
  notices: string[];
} & (
  | { way: 'native'; body: Uint8Array | JsonObject; headers: Record<string, string> }
  | { way: 'translated'; request: ChatRequest; includeUsage: boolean }
);

export type Asked = { dialect: Dialect; body: JsonBody; headers: IncomingHttpHeaders; model: Model };

/**
 * A request goes on as it is where the model speaks its dialect and nothing in it has to be mended; what a translation would have to leave
 * out or to change tells whether that is so. Throws CliError `usage` where a caller says something wrong.
 */
export function planAnswer(asked: Asked): AnswerPlan {
  return planNative(asked) ?? planTranslation(asked);
}

export function planTranslation({
  dialect,
  body,
  headers,
  model,
}: Asked): AnswerPlan & { way: 'translated' } {
  const decoded = reword(() => dialect.readRequest({ ...body.value, model: model.id }));
  return {
    way: 'translated',
    request: decoded.request,
    stream: decoded.stream,
    includeUsage: decoded.includeUsage ?? false,
    initiator: findInitiator(dialect.name, body.value, headers, decoded.initiator),
    notices: [],
  };
}

function planNative({ dialect, body, headers, model }: Asked): AnswerPlan | undefined {
  if (!speaks(model, dialect)) return undefined;
  const traits = toTraits(model);
  const betas = listBetas(headers);
  const prepared = reword(() => dialect.native.prepareRequest(body.value, { traits, betas }));
  if (!prepared) return undefined;
  const named = withFields(prepared.body, { model: model.id });
  const understood = understand(dialect, named, model);
  if (
    understood &&
    (understood.encoded.notices.length > 0 || hasUnfitTools(understood.decoded.request, traits))
  )
    return undefined;
  const hasImages = understood
    ? understood.encoded.headers['copilot-vision-request'] !== undefined
    : holdsImage(named);
  return {
    way: 'native',
    body: named === body.value ? body.bytes : named,
    headers: { ...prepared.headers, ...(hasImages && { 'copilot-vision-request': 'true' }) },
    stream: body.value.stream === true,
    initiator: findInitiator(dialect.name, body.value, headers, understood?.decoded.initiator),
    notices: prepared.notices,
  };
}

const draft = /"\$schema":"[^"]*",|,?"\$schema":"[^"]*"/g;

/** Names and schemas of tools are mended without a word, for nothing is lost by it. Which draft a schema follows is nobody's trouble. */
function hasUnfitTools({ tools = [], ...request }: ChatRequest, traits: ModelTraits): boolean {
  if (tools.length === 0) return false;
  const fitted = fitRequest({ ...request, messages: [], tools }, traits).request.tools;
  const format = (list: unknown): string => formatJson(list)?.replaceAll(draft, '') ?? '';
  return format(fitted) !== format(tools);
}

/**
 * Of the models that chat in OpenAI's first dialect, only OpenAI's own do it as its clients expect. Claude's reply comes in several choices
 * there, without its sealed thinking; Gemini says it has stopped where it calls tools.
 */
export function speaks({ endpoints, vendor = '' }: Model, { name, path }: Dialect): boolean {
  if (!endpoints.includes(path)) return false;
  return name !== 'chat-completions' || /openai/i.test(vendor);
}

/** What we make of a body; undefined where there is something in it that only the model's maker knows. */
function understand(
  dialect: Dialect,
  body: JsonObject,
  model: Model,
): { decoded: CallerRequest; encoded: WireRequest } | undefined {
  try {
    const decoded = dialect.readRequest(body);
    const traits = toNativeTraits(toTraits(model), decoded.request);
    return { decoded, encoded: dialect.writeRequest(decoded.request, traits) };
  } catch (error) {
    if (error instanceof DialectError) return undefined;
    throw error;
  }
}

/** Of a model that takes an effort as well as a budget, the caller's word is taken. */
function toNativeTraits(traits: ModelTraits, { reasoning }: ChatRequest): ModelTraits {
  const isSaid = reasoning?.budget !== undefined && traits.maxThinkingBudget !== undefined;
  return isSaid ? { ...traits, adaptiveThinking: false } : traits;
}

function listBetas(headers: IncomingHttpHeaders): string[] {
  const values = [headers['anthropic-beta'] ?? []].flat().join(',').split(',');
  return [...new Set(values.map((value) => value.trim()))].filter((value) => value !== '');
}

/** What a dialect refuses is an error of the caller's. */
export function reword<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DialectError)) throw error;
    const place = error.path === undefined ? '' : `${error.path}: `;
    throw new CliError('usage', place + error.message, {
      cause: error,
      details: { status: 400, param: error.path },
    });
  }
}
