import { join } from 'node:path';
import type { ParseError } from 'jsonc-parser';
import { decodeUtf } from '../decode-utf.ts';
import { describeFileProblem } from '../file-problem.ts';
import { isObject, toObject } from '../json-value.ts';
import { readFileNow } from '../read-file-now.ts';
import { InvalidServer, type McpServer, parseServer, type ServerOrigin } from './mcp-server.ts';

/** Servers of one file, the first of each name; and each problem as a sentence without a full stop. */
export type FoundServers = { servers: McpServer[]; problems: string[] };

/** In a folder, the first that defines a name wins. */
const folderFiles = ['.mcp.json', '.github/mcp.json', '.vscode/mcp.json'];

const maxBytes = 1024 * 1024;
const maxServers = 50;

/** The servers that a folder names. They are anybody's: none may be started before the person agreed. */
export async function readFolderServers(folder: string): Promise<FoundServers> {
  const found: FoundServers = { servers: [], problems: [] };
  for (const name of folderFiles) {
    const path = join(folder, name);
    const text = readIfThere(path, found.problems);
    if (text === undefined) continue;
    const { servers, problems } = await readServerText(text, name, { kind: 'folder', path });
    found.problems.push(...problems);
    found.servers.push(
      ...servers.filter((server) => !found.servers.some((known) => known.name === server.name)),
    );
  }
  return found;
}

/** Reads the text of a configuration, with comments or without. `label` is what problems call it. */
export async function readServerText(
  text: string,
  label: string,
  origin: ServerOrigin,
): Promise<FoundServers> {
  const { getNodeValue, parseTree } = await import('jsonc-parser');
  const errors: ParseError[] = [];
  const tree = parseTree(text.replace(/^\ufeff/, ''), errors, { allowTrailingComma: true });
  // `parse` makes a member `__proto__` the prototype: its members would count, and nobody would see them or agree to them.
  const content: unknown = tree && getNodeValue(tree);
  if (errors.length > 0 || !isObject(content))
    return { servers: [], problems: [`${label} is not a JSON object`] };
  const given = content.mcpServers ?? content.servers;
  if (!isObject(given)) return { servers: [], problems: [`${label} has no mcpServers`] };
  const problems: string[] = [];
  const entries = Object.entries(toObject(given));
  if (entries.length > maxServers)
    problems.push(`${label} has more than ${maxServers} servers; the rest is left out`);
  const servers = entries.slice(0, maxServers).flatMap(([name, entry]) => {
    try {
      return [parseServer(name, entry, origin)];
    } catch (error) {
      if (!(error instanceof InvalidServer)) throw error;
      problems.push(`${label}: the MCP server ${name} ${error.message}`);
      return [];
    }
  });
  return { servers, problems };
}

function readIfThere(path: string, problems: string[]): string | undefined {
  try {
    return decodeUtf(readFileNow(path, maxBytes));
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      problems.push(`${path} cannot be read: ${describeFileProblem(error).reason}`);
    return undefined;
  }
}
