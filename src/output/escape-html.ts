import { stripControls } from '../terminal-text.ts';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and quoted attributes. HTML allows no controls. */
export function escapeHtml(text: string): string {
  return stripControls(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
