import { dirname, join } from 'node:path';
import { toShellWord } from '../command-line.ts';
import { createJsonFile, type JsonFile } from '../config/json-file.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import { isObject, type JsonObject, toObject } from '../json-value.ts';
import { InvalidServer, type McpServer, parseServer } from './mcp-server.ts';

/** The person's own servers, in a file that may also be edited by hand. It may hold secrets. */
export type ServerFile = {
  readonly path: string;
  /** Names of all entries, valid or not. */
  listNames(): string[];
  /** The entry as the file has it. */
  readEntry(name: string): JsonObject | undefined;
  /** Throws CliError `config` for an entry that is not valid; undefined if there is none. */
  find(name: string): McpServer | undefined;
  /** Throws CliError `usage` for an entry that is not valid. */
  write(name: string, entry: JsonObject): Promise<McpServer>;
  remove(name: string): Promise<void>;
};

type FileContext = Pick<Context, 'settings' | 'warn' | 'signal'>;

/** Beside the settings. */
export function openServerFile(context: FileContext): ServerFile {
  const path = join(dirname(context.settings.path), 'mcp.json');
  const { warn, signal } = context;
  return createServerFile(createJsonFile({ path, onNotice: warn, signal, isSecret: true }));
}

function createServerFile(file: JsonFile): ServerFile {
  const { path } = file;
  const origin = { kind: 'user' as const, path };
  const readAll = (): JsonObject => {
    const { mcpServers } = file.read();
    if (mcpServers !== undefined && !isObject(mcpServers))
      throw new CliError('config', `${path}: mcpServers is not an object`, {
        hint: 'Correct it, or move it away.',
      });
    return toObject(mcpServers);
  };
  const readEntry = (name: string): JsonObject | undefined => {
    const all = readAll();
    return Object.hasOwn(all, name) ? toObject(all[name]) : undefined;
  };
  const change = (work: (servers: JsonObject) => JsonObject): Promise<void> =>
    file.update((content) => ({ ...content, mcpServers: work(toObject(content.mcpServers)) }));
  return {
    path,
    listNames: () => Object.keys(readAll()),
    readEntry,
    find(name) {
      const entry = readEntry(name);
      if (!entry) return undefined;
      try {
        return parseServer(name, entry, origin);
      } catch (error) {
        if (!(error instanceof InvalidServer)) throw error;
        throw new CliError('config', `the MCP server ${name} in ${path} ${error.message}`, {
          hint: advise`Correct the file, or remove the server: ${run(`mcp remove ${toShellWord(name)}`)}`,
          cause: error,
        });
      }
    },
    async write(name, entry) {
      let server: McpServer;
      try {
        server = parseServer(name, entry, origin);
      } catch (error) {
        if (!(error instanceof InvalidServer)) throw error;
        throw new CliError('usage', `${name} ${error.message}`, { cause: error });
      }
      await change((servers) => ({ ...servers, [name]: entry }));
      return server;
    },
    async remove(name) {
      await change(({ [name]: _, ...others }) => others);
    },
  };
}
