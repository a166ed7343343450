import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createJsonFile } from '../config/json-file.ts';
import type { Context } from '../context.ts';
import { toObject } from '../json-value.ts';
import type { McpServer } from './mcp-server.ts';

/** What the person said about the servers that a folder names. Never kept in the folder. */
export type Agreements = {
  /** Undefined if nobody was asked about exactly this definition. */
  find(server: McpServer): 'yes' | 'no' | undefined;
  /** For exactly these definitions in this folder. */
  keep(servers: readonly McpServer[], answer: 'yes' | 'no'): Promise<void>;
};

/** Folders are told apart by their real paths. Servers of other origins need no agreement. */
export function openAgreements(
  { settings, warn, signal }: Pick<Context, 'settings' | 'warn' | 'signal'>,
  folder: string,
): Agreements {
  const path = join(dirname(settings.path), 'mcp-agreements.json');
  const file = createJsonFile({ path, onNotice: warn, signal, isSecret: true });
  const key = toRealPath(folder);
  return {
    find({ name, hash, origin }) {
      if (origin.kind !== 'folder') return 'yes';
      const known = toObject(toObject(toObject(file.read().folders)[key])[name]);
      if (known.hash !== hash || known.file !== origin.path.slice(folder.length)) return undefined;
      return known.answer === 'yes' || known.answer === 'no' ? known.answer : undefined;
    },
    keep: (servers, answer) =>
      file.update((content) => {
        const folders = toObject(content.folders);
        const added = servers.flatMap(({ name, hash, origin }) =>
          origin.kind === 'folder' ? [[name, { file: origin.path.slice(folder.length), hash, answer }]] : [],
        );
        const kept = { ...toObject(folders[key]), ...Object.fromEntries(added) };
        return { ...content, folders: { ...folders, [key]: kept } };
      }),
  };
}

function toRealPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
