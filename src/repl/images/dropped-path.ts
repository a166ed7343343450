import { fileURLToPath } from 'node:url';

const imageName = /\.(?:png|jpe?g|gif|webp|heic|heif|avif)$/i;
const maxLength = 4096;

/**
 * The path that a terminal pastes for an image file that is dropped on it, or that a person copied: in quotes, with backslashes before what
 * a shell would take for its own, or as an address of a file. Undefined for all other texts.
 */
export function parseDroppedPath(pasted: string, platform: NodeJS.Platform): string | undefined {
  const text = pasted.trim();
  if (text === '' || text.length > maxLength || /[\n\0]/.test(text)) return undefined;
  const path = unquote(text, platform);
  return path !== undefined && imageName.test(path) ? path : undefined;
}

function unquote(text: string, platform: NodeJS.Platform): string | undefined {
  if (text.startsWith('file://')) return toPath(text);
  const quoted = /^(["'])(.*)\1$/.exec(text)?.[2];
  if (quoted !== undefined) return /["']/.test(quoted) ? undefined : quoted;
  if (platform === 'win32') return text;
  // Words that a sentence has between blanks are no path.
  if (/(?<!\\)\s/.test(text) && !/^(?:\/|~\/|\.{1,2}\/)/.test(text)) return undefined;
  return text.replace(/\\(.)/g, '$1');
}

function toPath(address: string): string | undefined {
  try {
    return fileURLToPath(address);
  } catch {
    return undefined;
  }
}
