import type { PromptText } from '../prompt-text.ts';
import type { ReplApp } from './app.ts';

/**
 * Nothing typed is lost: what no model answered can be sent again, with its attachments. `asked`: it went into the conversation, and its
 * attachments with it.
 */
export function returnPrompt(app: ReplApp, prompt: PromptText, { asked }: { asked: boolean }): void {
  if (asked) app.session.recoverAttachments();
  if (app.state.draft.text === '' || app.isSpoken) app.setDraft(prompt);
}
