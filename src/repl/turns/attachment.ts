import type { PromptText } from '../../prompt-text.ts';

/** The text of files and pages, an image or a document, or a text from elsewhere. */
export type Attachment =
  | { type: 'files'; spec: string }
  /**
   * `label` says what it is if the person does not know the path. What was pasted belongs to the draft that it was pasted into; all else
   * goes along with whatever prompt is sent next.
   */
  | { type: 'media'; path: string; label?: string; isPasted?: boolean }
  | { type: 'text'; label: string; text: string };

/** A prompt as it is sent. One that waited brings what was pasted into it. */
export type SentPrompt = PromptText & { along?: readonly Attachment[] };

/** Whether it belongs to what is being typed, and not to a prompt that waits. */
export function isPasted(attachment: Attachment): boolean {
  return attachment.type === 'media' && attachment.isPasted === true;
}

/** What a person calls it. */
export function describeAttachment(attachment: Attachment): string {
  switch (attachment.type) {
    case 'files':
      return attachment.spec;
    case 'media':
      return attachment.label ?? attachment.path;
    case 'text':
      return attachment.label;
    default:
      return attachment satisfies never;
  }
}
