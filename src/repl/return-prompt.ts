import type { PromptText } from '../prompt-text.ts';
import type { ReplApp } from './app.ts';

/**
 * Nothing typed is lost: what no model answered can be sent again, with its attachments. It is the draft, or one step back if there is another
 * draft, which never gets what belongs to this one.
 */
export function returnPrompt(app: ReplApp, prompt: PromptText): void {
  if (app.state.draft.text === '' || app.isSpoken) {
    app.session.recoverAttachments();
    app.setDraft(prompt);
    return;
  }
  const along = app.session.takeSaid();
  if (along.length === 0) return;
  app.putBehind(prompt, along);
  app.dispatch({ type: 'hint', hint: 'Up brings back what no model answered, with what was attached' });
}
