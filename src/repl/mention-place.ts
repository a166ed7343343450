import type { MentionPlace } from '../attachments/find-mentions.ts';
import type { ReplApp } from './app.ts';

/** Where the names of a prompt's mentions are looked up. */
export function toMentionPlace({ context, tools }: Pick<ReplApp, 'context' | 'tools'>): MentionPlace {
  return { cwd: context.cwd, home: context.home, resources: tools.resources };
}
