import type { Client, Prompt, Resource, ResourceTemplateType, Tool } from '@modelcontextprotocol/client';
import { formatJson } from '../json-value.ts';
import { toOneLine } from '../terminal-text.ts';
import type { McpServer } from './mcp-server.ts';
import { farFuture, type ListKind } from './session.ts';

/** What a server has to offer. Text of the server. */
export type Catalogue = {
  tools: readonly Tool[];
  resources: readonly Resource[];
  templates: readonly ResourceTemplateType[];
  prompts: readonly Prompt[];
  /** What is left out, as a sentence without a full stop. */
  problem: string | undefined;
};

export const emptyCatalogue: Catalogue = {
  tools: [],
  resources: [],
  templates: [],
  prompts: [],
  problem: undefined,
};

type ReadOptions = { signal: AbortSignal; allowed: McpServer['tools'] };

const maxItems = 2000;
/** Of a tool as JSON, in characters. A model reads all of it in each round. */
const maxToolText = 128 * 1024;

/** What one of the lists holds now. A list that the server does not have is empty. */
export async function readList(
  kind: ListKind,
  client: Client,
  { signal, allowed }: ReadOptions,
): Promise<Partial<Catalogue>> {
  const options = { signal, timeout: farFuture, cacheMode: 'refresh' as const };
  const has = client.getServerCapabilities() ?? {};
  switch (kind) {
    case 'tools': {
      const given = has.tools ? (await client.listTools(undefined, options)).tools : [];
      return chooseTools(given, allowed);
    }
    case 'resources': {
      if (!has.resources) return { resources: [], templates: [] };
      const [{ resources }, templates] = await Promise.all([
        client.listResources(undefined, options),
        // Many servers have none and do not know the question.
        client.listResourceTemplates(undefined, options).then(
          (listed) => listed.resourceTemplates,
          () => [],
        ),
      ]);
      signal.throwIfAborted();
      return { resources: resources.slice(0, maxItems), templates: templates.slice(0, maxItems) };
    }
    case 'prompts': {
      const prompts = has.prompts ? (await client.listPrompts(undefined, options)).prompts : [];
      return { prompts: prompts.slice(0, maxItems) };
    }
    default:
      return kind satisfies never;
  }
}

function chooseTools(
  given: readonly Tool[],
  allowed: McpServer['tools'],
): Pick<Catalogue, 'tools' | 'problem'> {
  const wanted = allowed === '*' ? given : given.filter(({ name }) => allowed.includes(name));
  const known = new Set<string>();
  const large: string[] = [];
  const tools = wanted.slice(0, maxItems).filter((tool) => {
    // The second of a name cannot be called.
    if (known.has(tool.name)) return false;
    known.add(tool.name);
    if ((formatJson(tool)?.length ?? Number.POSITIVE_INFINITY) <= maxToolText) return true;
    large.push(toOneLine(tool.name).slice(0, 60));
    return false;
  });
  const problems = [
    ...(large.length > 0
      ? [`left out, because its description is too long: ${large.slice(0, 5).join(', ')}`]
      : []),
    ...(wanted.length > maxItems ? [`${wanted.length - maxItems} of its tools are left out`] : []),
  ];
  return { tools, problem: problems.length > 0 ? problems.join('; ') : undefined };
}
