import { statSync } from 'node:fs';
import { forEachPiece } from './lines-file.ts';

/** The files that a journal mentions. Its text is read as it is, so that a line which a newer version wrote counts, too. */
export function listAttachedFiles(path: string): string[] {
  const files = new Set<string>();
  forEachPiece(path, (piece) => {
    const mentions = piece.toString('latin1').matchAll(/"file":"([0-9a-f]{32}\.[a-z0-9]*)"/gi);
    for (const [, file = ''] of mentions) files.add(file);
  });
  return [...files];
}

/** Lists the files that any of the journals mentions. Asked again, it reads those that grew. */
export function createMentionReader(listJournals: () => string[]): () => Set<string> {
  const known = new Map<string, { size: number; files: string[] }>();

  function readFiles(path: string): string[] {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const last = known.get(path);
    if (last?.size === size) return last.files;
    const files = listAttachedFiles(path);
    known.set(path, { size, files });
    return files;
  }

  return () => new Set(listJournals().flatMap(readFiles));
}
