import type { MentionPlace } from '../attachments/find-mentions.ts';
import { findMistyped } from '../attachments/mistyped-mentions.ts';
import type { PromptText } from '../prompt-text.ts';
import { toOneLine } from '../terminal-text.ts';
import type { ReplApp } from './app.ts';
import { separator } from './gutter.ts';

/** Where the names of a prompt's mentions are looked up. */
export function toMentionPlace({ context, tools }: Pick<ReplApp, 'context' | 'tools'>): MentionPlace {
  return { cwd: context.cwd, home: context.home, resources: tools.resources };
}

/** What the person should hear before a prompt is sent: a mention of it names nothing. The end is cut in a narrow window, so what matters comes first. */
export function findDoubt(prompt: PromptText, app: Pick<ReplApp, 'context' | 'tools'>): string | undefined {
  const mistyped = findMistyped(prompt, toMentionPlace(app));
  if (!mistyped) return undefined;
  const { name, meant } = mistyped;
  const question = meant === undefined ? [] : [`did you mean @${toOneLine(meant)}?`];
  const isResource = /^[^\s:]+:[a-z][a-z\d+.-]*:/i.test(name);
  const what = isResource ? 'No resource of a running server' : 'No file';
  return [`${what} @${toOneLine(name)}`, ...question, 'Enter sends it as text'].join(separator);
}
