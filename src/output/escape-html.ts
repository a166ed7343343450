import { stripControls } from '../terminal-text.ts';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for quoted attributes. Controls have no place in HTML at all. */
export function escapeHtml(text: string): string {
  return stripControls(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
