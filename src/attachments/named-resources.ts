import type { ImagePart, TextPart } from '../dialects/chat-request.ts';

/** What a resource has, or why it cannot be had: the rest of a sentence. */
export type ResourceParts = { parts: (TextPart | ImagePart)[] } | { problem: string };

/** Resources of others that a prompt may mention, by names such as `server:uri`. */
export type NamedResources = {
  has(name: string): boolean;
  /** Throws the signal's reason. */
  read(name: string, signal: AbortSignal): Promise<ResourceParts>;
};

/** Whether a name that nothing has was meant for a resource: a word and a URI. */
export function looksLikeResource(name: string): boolean {
  return /^[^\s:]+:[a-z][a-z\d+.-]*:/i.test(name);
}
