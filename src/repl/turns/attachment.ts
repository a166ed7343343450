/** The text of files and pages, an image or a document, or a text from elsewhere. */
export type Attachment =
  | { type: 'files'; spec: string }
  /** `label` says what it is where the path is none that the person knows. */
  | { type: 'media'; path: string; label?: string }
  | { type: 'text'; label: string; text: string };

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
