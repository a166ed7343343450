import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readImageSize, sniffMediaType } from '../attachments/media-type.ts';
import { readFileStart } from '../file-start.ts';
import { readClipboardImage } from '../terminal/clipboard-image.ts';
import type { ReplApp } from './app.ts';
import { expandHome } from './home-path.ts';
import { warnOfBlindness } from './slash/attach.ts';

/** Attaches images from the clipboard, and image files that are dropped on the terminal. */
type PastedImages = {
  /** Attaches the image of the clipboard, or prints why it cannot. Never rejects. */
  paste(): Promise<void>;
  /** Attaches the image file that a paste names. False if it names none. `insert` is called if the file turns out to be no image. */
  takePath(pasted: string, insert: () => void): boolean;
  /** Removes the files that were created. */
  close(): void;
};

/** Enough to find the size of an image behind the metadata of a camera. */
const headBytes = 256 * 1024;

export function createPastedImages(app: ReplApp): PastedImages {
  const { cwd, home, env } = app.context;
  /** A folder of our own: others can read the system's folder for temporary files. */
  let folder: string | undefined;
  let count = 0;

  function attach(path: string, head: Uint8Array, name: string): void {
    const size = readImageSize(head);
    const details = size ? `, ${size.width}×${size.height}` : '';
    app.session.attach({ type: 'media', path, label: `${name}${details}`, isOfDraft: true });
    warnOfBlindness(app);
  }

  function save(bytes: Buffer): string {
    folder ??= mkdtempSync(join(tmpdir(), 'copilot-cli-'));
    const path = join(folder, `image-${count}.${sniffMediaType(bytes)?.replace(/^.*\//, '') ?? 'png'}`);
    writeFileSync(path, bytes, { mode: 0o600 });
    return path;
  }

  async function paste(): Promise<void> {
    const image = await readClipboardImage({ env });
    if (image.type === 'unavailable') app.transcript.notice(image.reason, 'warning');
    else if (image.type === 'none' || !sniffMediaType(image.bytes)?.startsWith('image/'))
      app.dispatch({ type: 'hint', hint: 'There is no image in the clipboard' });
    else {
      count += 1;
      attach(save(image.bytes), image.bytes, `Image #${count}`);
    }
  }

  return {
    paste: () =>
      paste().catch((error: unknown) =>
        app.transcript.notice(`The image could not be saved: ${(error as Error).message}`, 'error'),
      ),
    takePath(pasted, insert) {
      const named = parseDroppedPath(pasted, process.platform);
      if (named === undefined) return false;
      const path = resolve(cwd, expandHome(named, home));
      if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
      void readFileStart(path, headBytes)
        .then((head) => {
          if (!sniffMediaType(head)?.startsWith('image/')) throw new Error('no image');
          attach(path, head, basename(path));
        })
        .catch(insert);
      return true;
    },
    close() {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      folder = undefined;
    },
  };
}

const imageName = /\.(?:png|jpe?g|gif|webp|heic|heif|avif)$/i;
const maxLength = 4096;

/** The path of a dropped or copied image file: quoted, escaped as for a shell, or a `file:` URL. Undefined for other texts. */
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
  // Words of a sentence are not a path.
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
