import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readImageSize, sniffMediaType } from '../attachments/media-type.ts';
import { typedWord } from '../command-line.ts';
import { readFileStart } from '../file-start.ts';
import { readClipboardImage } from '../terminal/clipboard-image.ts';
import type { ReplApp } from './app.ts';
import { expandHome } from './home-path.ts';
import { warnOfBlindness } from './slash/attach.ts';

/** Attaches images from the clipboard, and image files that are dropped on the terminal. */
type PastedImages = {
  /** Attaches the image of the clipboard, or prints why it cannot. Never rejects. */
  paste(): Promise<void>;
  /** Attaches the image files that a paste names. False if it names none. `insert` is called if one turns out to be no image. */
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
      const paths = listDroppedPaths(pasted, process.platform)
        .map((names) => names.map((name) => resolve(cwd, expandHome(name, home))))
        .find((all) => all.every((path) => statSync(path, { throwIfNoEntry: false })?.isFile()));
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
    close() {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      folder = undefined;
    },
  };
}

const imageName = /\.(?:png|jpe?g|gif|webp|heic|heif|avif)$/i;
const maxLength = 4096;

/**
 * The paths of dropped or copied image files: quoted, escaped as for a shell, or `file:` URLs. Either of these lists may be meant: one path with
 * blanks, or several. None for other texts.
 */
export function listDroppedPaths(pasted: string, platform: NodeJS.Platform): string[][] {
  const text = pasted.trim();
  if (text === '' || text.length > maxLength || text.includes('\0')) return [];
  const lists = text.includes('\n') ? [text.split(/\s*\n\s*/)] : [[text], text.match(typedWord) ?? []];
  return lists.flatMap((words) => {
    const paths = words.map((word) => unquote(word, platform));
    const areImages = paths.every((path) => path !== undefined && imageName.test(path));
    // Words of a sentence are no paths.
    return areImages && (words.length === 1 || words.every((word) => isWhole.test(word)))
      ? [paths as string[]]
      : [];
  });
}

/** A path that says where it begins. */
const isWhole = /^["']?(?:\/|~\/|file:\/\/|[A-Za-z]:[\\/])/;

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
