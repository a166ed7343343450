import type { PromptText } from '../../prompt-text.ts';

/** Text files and pages, an image or a document, or the output of a shell command. */
export type Attachment =
  | { type: 'files'; spec: string }
  /** `label` names a file whose path the person does not know. A pasted image belongs to its draft, the others to the next prompt. */
  | { type: 'media'; path: string; label?: string; isPasted?: boolean }
  | { type: 'text'; label: string; text: string };

/** A prompt as it is sent. One that waited brings the images that were pasted into it. */
export type SentPrompt = PromptText & {
  along?: readonly Attachment[];
  /** What its mentions named when it was sent to wait. */
  mentioned?: readonly string[];
  /** Its id in the file of prompts while it waits. */
  waits?: string;
};

/** Whether the attachment belongs to one draft, and not to whatever prompt is sent next. */
export function isPasted(attachment: Attachment): boolean {
  return attachment.type === 'media' && attachment.isPasted === true;
}

/** The name that the person knows. */
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
