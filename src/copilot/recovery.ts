import type { ChatRequest, Message } from '../dialects/chat-request.ts';
import { countImages, keepLastImages } from '../dialects/fit/images.ts';
import { CliError } from '../errors.ts';
import { isObject } from '../json-value.ts';

/** A request, and the fields to remove from its body, as paths such as `tools.0.defer_loading`. */
export type Draft = { request: ChatRequest; withoutFields: readonly string[] };

/** A draft that may be accepted, and what it lacks, in a sentence. */
export type Revision = { draft: Draft; notice: string };

type Recovery = (error: CliError, draft: Draft) => Revision | undefined;

const recoveries: Recovery[] = [dropRefusedSeals, dropOldImages, dropUnknownFields];

/** How to change a request that Copilot refused. Each change removes something, so the changes come to an end. */
export function planRecovery(error: unknown, draft: Draft): Revision | undefined {
  if (!(error instanceof CliError)) return undefined;
  for (const recover of recoveries) {
    const revision = recover(error, draft);
    if (revision) return revision;
  }
  return undefined;
}

/** Copilot no longer accepts sealed thinking that it once gave out: the connection, the account or the model has changed. */
const sealRefused =
  /does not belong to this connection|encrypted content .* could not be verified|thought_signature|invalid .*signature/i;

export const sealNotice = 'Copilot no longer accepts the thinking of earlier turns, so it is left out.';

export function isSealRefused(error: unknown): boolean {
  return error instanceof CliError && sealRefused.test(error.message);
}

function dropRefusedSeals(error: CliError, draft: Draft): Revision | undefined {
  if (!isSealRefused(error) || !draft.request.messages.some(hasReasoning)) return undefined;
  const messages = draft.request.messages.map((message) =>
    message.role === 'assistant'
      ? { ...message, parts: message.parts.filter(({ type }) => type !== 'reasoning') }
      : message,
  );
  return {
    draft: { ...draft, request: { ...draft.request, messages } },
    notice: sealNotice,
  };
}

function hasReasoning({ role, parts }: Message): boolean {
  return role === 'assistant' && parts.some(({ type }) => type === 'reasoning');
}

/** Images of all turns add up. Drops those before the person's last message, then those of earlier tool results. */
function dropOldImages(error: CliError, draft: Draft): Revision | undefined {
  if (error.details.status !== 413) return undefined;
  const { messages } = draft.request;
  const boundaries = [
    messages.findLastIndex(({ role }) => role === 'user'),
    messages.findLastIndex((message) => countImages([message]) > 0),
  ];
  const boundary = boundaries.find((index) => index > 0 && countImages(messages.slice(0, index)) > 0);
  if (boundary === undefined) return undefined;
  const kept = keepLastImages(messages, countImages(messages.slice(boundary)));
  return {
    draft: { ...draft, request: { ...draft.request, messages: kept } },
    notice: 'The request was too large, so older images are left out.',
  };
}

/** No client sends so many; a service that always finds another one must not keep us busy for ever. */
const maxUnknownFields = 8;
/** Without them, there is nothing to ask. */
const neededFields = new Set(['model', 'messages', 'input', 'max_tokens', 'stream']);
const unknownField = /([a-z_][\w.]*): Extra inputs are not permitted/gi;

/** Backends differ in the fields they know: `context_management: Extra inputs are not permitted`. */
function dropUnknownFields(error: CliError, draft: Draft): Revision | undefined {
  const fields = findUnknownFields(error, draft.withoutFields);
  if (fields.length === 0) return undefined;
  return {
    draft: { ...draft, withoutFields: [...draft.withoutFields, ...fields] },
    notice: toUnknownNotice(fields),
  };
}

export function toUnknownNotice(fields: readonly string[]): string {
  return `Left out, because Copilot does not take it now: ${fields.join(', ')}.`;
}

/** The optional fields that a refusal names, without the `known` ones; none after too many rounds. */
export function findUnknownFields(error: CliError, known: readonly string[]): string[] {
  if (known.length >= maxUnknownFields) return [];
  const named = [...error.message.matchAll(unknownField)].map(([, path = '']) => path);
  return named.filter((path) => !neededFields.has(path) && !known.includes(path));
}

/**
 * Removes a field. `tools.0.custom.defer_loading` is removed from every tool, because the service names only the first. Unknown path steps
 * name a variant of their parent.
 */
export function withoutField(body: unknown, path: string): unknown {
  return withoutStep(body, path.split('.'));
}

function withoutStep(value: unknown, [step = '', ...rest]: string[]): unknown {
  if (Array.isArray(value)) {
    const steps = /^\d+$/.test(step) ? rest : [step, ...rest];
    return steps.length === 0 ? value : value.map((item) => withoutStep(item, steps));
  }
  if (!isObject(value)) return value;
  if (rest.length > 0)
    return step in value ? { ...value, [step]: withoutStep(value[step], rest) } : withoutStep(value, rest);
  const { [step]: _, ...others } = value;
  return others;
}
