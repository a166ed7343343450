import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UserMessage } from '../dialects/chat-request.ts';
import type { StoredPart } from './journal-record.ts';

type Part = UserMessage['parts'][number];

/** Keeps images and documents out of the journals, which stay readable; the same file is kept once. */
export type Attachments = {
  save(part: Part): StoredPart;
  load(part: StoredPart): Part;
  remove(file: string): void;
};

/** For a conversation that leaves no trace: everything stays where it is. */
export const unkept: Attachments = {
  save: (part) => part as unknown as StoredPart,
  load: (part) => part as unknown as Part,
  remove: () => {},
};

export function createAttachments(folder: string): Attachments {
  function saveFile(data: string, mediaType: string): string {
    const bytes = Buffer.from(data, 'base64');
    const extension = mediaType.replace(/^.*\//, '').replaceAll(/[^a-z0-9]/gi, '');
    const file = `${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.${extension}`;
    const path = join(folder, file);
    if (!existsSync(path)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(path, bytes, { mode: 0o600 });
    }
    return file;
  }

  return {
    save(part) {
      if (part.type === 'text') return part;
      if (part.type === 'image') {
        // Images by address are refused before anything is said.
        if ('url' in part.source) return { type: 'text', text: part.source.url };
        const { mediaType, data } = part.source;
        return { type: 'image', mediaType, file: saveFile(data, mediaType) };
      }
      const { mediaType, data, title } = part;
      return {
        type: 'document',
        mediaType,
        file: saveFile(data, mediaType),
        ...(title !== undefined && { title }),
      };
    },
    load(part) {
      if (part.type === 'text') return part;
      const { mediaType } = part;
      try {
        const data = readFileSync(join(folder, part.file)).toString('base64');
        if (part.type === 'image') return { type: 'image', source: { mediaType, data } };
        return { type: 'document', mediaType, data, ...(part.title !== undefined && { title: part.title }) };
      } catch {
        return { type: 'text', text: `[an attachment that is no longer there: ${part.file}]` };
      }
    },
    remove: (file) => rmSync(join(folder, file), { force: true }),
  };
}

/** The files that a journal mentions. Its text is read as it is, so that a line which a newer version wrote counts, too. */
export function listAttachedFiles(journal: string): string[] {
  return [...journal.matchAll(/"file":"([0-9a-f]{32}\.[a-z0-9]*)"/gi)].map(([, file = '']) => file);
}
