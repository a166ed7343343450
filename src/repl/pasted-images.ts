import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, posix, resolve, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readImageSize, sniffMediaType } from '../attachments/media-type.ts';
import { typedWord } from '../command-line.ts';
import { readFileStart } from '../file-start.ts';
import { readClipboardImage } from '../terminal/clipboard-image.ts';
import type { ReplApp } from './app.ts';
import { warnOfBlindness } from './slash/attach.ts';

/** Attaches images from the clipboard, and image files that are dropped on the terminal. */
type PastedImages = {
  /** Attaches the image of the clipboard, or prints why it cannot. Never rejects. */
  paste(): Promise<void>;
  /** Attaches the image files that a paste names. False if it names none. `insert` is called if one turns out to be no image. */
  takePath(pasted: string, insert: () => void): boolean;
  /** Whether a paste is the paths of image files. */
  namesImages(pasted: string): boolean;
  /** Removes the files that were created. */
  close(): void;
};

/** Enough to find the size of an image behind the metadata of a camera. */
const headBytes = 256 * 1024;

export function createPastedImages(app: ReplApp): PastedImages {
  const { env } = app.context;
  /** A folder of our own: others can read the system's folder for temporary files. */
  let folder: string | undefined;
  let count = 0;

  function attach(path: string, head: Uint8Array, name: string, own: { isTemporary?: boolean } = {}): void {
    const size = readImageSize(head);
    const details = size ? `, ${size.width}×${size.height}` : '';
    app.session.attach({ type: 'media', path, label: `${name}${details}`, isOfDraft: true, ...own });
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
      attach(save(image.bytes), image.bytes, `Image #${count}`, { isTemporary: true });
    }
  }

  return {
    paste: () =>
      paste().catch((error: unknown) =>
        app.transcript.notice(`The image could not be saved: ${(error as Error).message}`, 'error'),
      ),
    takePath(pasted, insert) {
      const paths = findDropped(pasted);
      if (!paths) return false;
      void Promise.all(paths.map(async (path) => ({ path, head: await readFileStart(path, headBytes) })))
        .then((files) => {
          if (!files.every(({ head }) => sniffMediaType(head)?.startsWith('image/')))
            throw new Error('no image');
          for (const { path, head } of files) attach(path, head, basename(path));
        })
        .catch(insert);
      return true;
    },
    namesImages: (pasted) => findDropped(pasted) !== undefined,
    close() {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      folder = undefined;
    },
  };
}

/** The files of a paste, if there are such files. */
function findDropped(pasted: string): string[] | undefined {
  return listDroppedPaths(pasted, process.platform)
    .map((paths) => paths.map((path) => resolve(path)))
    .find((all) => all.every((path) => statSync(path, { throwIfNoEntry: false })?.isFile()));
}

const imageName = /\.(?:png|jpe?g|gif|webp|heic|heif|avif)$/i;
const maxLength = 4096;

/**
 * The paths of dropped image files: quoted, escaped as for a shell, or `file:` URLs. Either of these lists may be meant: one path with blanks,
 * or several. None for other texts. No terminal drops a relative name: it was copied, and is a word like others.
 */
export function listDroppedPaths(pasted: string, platform: NodeJS.Platform): string[][] {
  const text = pasted.trim();
  if (text === '' || text.length > maxLength || text.includes('\0')) return [];
  const { isAbsolute } = platform === 'win32' ? win32 : posix;
  const isImage = (path: string | undefined): boolean =>
    path !== undefined && isAbsolute(path) && imageName.test(path);
  const lists = text.includes('\n') ? [text.split(/\s*\n\s*/)] : [[text], text.match(typedWord) ?? []];
  return lists
    .map((words) => words.map((word) => unquote(word, platform)))
    .filter((paths): paths is string[] => paths.every(isImage));
}

function unquote(text: string, platform: NodeJS.Platform): string | undefined {
  if (text.startsWith('file://')) return toPath(text);
  const quoted = /^(["'])(.*)\1$/.exec(text)?.[2];
  if (quoted !== undefined) return /["']/.test(quoted) ? undefined : quoted;
  return platform === 'win32' ? text : text.replace(/\\(.)/g, '$1');
}

function toPath(address: string): string | undefined {
  try {
    return fileURLToPath(address);
  } catch {
    return undefined;
  }
}
