import type { PromptText } from '../../prompt-text.ts';

/**
 * Text files and pages, an image or a document, or the output of a shell command. `isListed`: a shell's `*` may have found it, and the person did
 * not name it.
 */
export type Attachment = (
  | { type: 'files'; spec: string; isListed?: boolean }
  /** `label` names a file whose path the person does not know. */
  | {
      type: 'media';
      path: string;
      label?: string;
      isListed?: boolean;
      /** Whether the file goes when the chat ends. */
      isTemporary?: boolean;
    }
  | { type: 'text'; label: string; text: string }
) & {
  /** Whether it belongs to the draft, as a pasted image does, and not to whatever prompt is sent next. */
  isOfDraft?: boolean;
  /** The words of the prompt that it came back with, after a failure. */
  returnedWith?: string;
};

/** A prompt as it is sent. One that waited brings the images that were pasted into it. */
export type SentPrompt = PromptText & {
  along?: readonly Attachment[];
  /** What its mentions named when it was sent to wait. */
  mentioned?: readonly string[];
  /** Whether nobody was asked yet about mentions that name nothing: it was not sent by a key. */
  isUnasked?: boolean;
  /** Its id in the file of prompts while it waits. */
  waits?: string;
};

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
