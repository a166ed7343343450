import type { Context } from './encode-content.ts';

/** Of the fields that ChatRequest does not model, those that Copilot takes. Others may be refused. */
const acceptedFields: ReadonlySet<string> = new Set([
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'prediction',
  'snippy',
  'intent',
  'copilot_thread_id',
]);

export function writeExtras({ request, notices }: Context): Record<string, unknown> {
  const { dialect, fields } = request.extras ?? { dialect: 'chat-completions', fields: {} };
  const isAccepted = (name: string): boolean => dialect === 'chat-completions' && acceptedFields.has(name);
  const names = Object.keys(fields).filter((name) => !isAccepted(name));
  if (names.length > 0) notices.add(`Left out, for Copilot does not take it here: ${names.join(', ')}.`);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isAccepted(name)));
}
