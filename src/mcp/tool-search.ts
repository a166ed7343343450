import { toText } from '../json-value.ts';
import { quoteValue } from '../terminal-text.ts';
import { type Tool, ToolError } from '../tools/tool.ts';

export const toolSearchName = 'tool_search';

/** How many tools a search finds, and how many found ones are offered at the same time. */
const maxFound = 10;
const maxKept = 30;

/** Offers a part of many tools, and a search that finds the others. */
export type ToolWindow = {
  /** `all` in the order of their weight. At most `room` of them, the search included; the same ones for as long as nothing is found. */
  choose(all: readonly Tool[], room: number): Tool[];
};

export function createToolWindow(): ToolWindow {
  /** Names, the latest at the end. */
  let found: string[] = [];
  return {
    choose(all, room) {
      if (all.length <= room) return [...all];
      const kept = found.flatMap((name) => all.find((tool) => tool.name === name) ?? []);
      // Room for what will be found is left free, so that the beginning of the list stays the same, and with it what services keep of it.
      const space = Math.max(0, room - 1 - Math.min(maxKept, Math.floor(room / 3)));
      const first = all.slice(0, space);
      const search = createSearch(all, all.length - first.length, (names) => {
        found = [...found.filter((name) => !names.includes(name)), ...names].slice(-maxKept);
      });
      const others = kept.filter((tool) => !first.includes(tool)).slice(-(room - 1 - first.length));
      return [...first, search, ...others].slice(0, room);
    },
  };
}

function createSearch(all: readonly Tool[], hidden: number, onFound: (names: string[]) => void): Tool {
  return {
    name: toolSearchName,
    title: 'Search for tools',
    description: `Finds tools by words in their names and descriptions. ${hidden} further tools of MCP servers are there that are not in your list; those that are found can be called from your next step on.`,
    inputSchema: {
      type: 'object',
      properties: { query: { type: 'string', description: 'What the tool should do, in a few words' } },
      required: ['query'],
    },
    effect: 'read',
    async plan(input) {
      const query = toText(input.query);
      if (query === undefined)
        throw new ToolError('query is missing: say in a few words what the tool should do');
      return {
        accesses: [],
        summary: `tool_search ${quoteValue(query.slice(0, 200))}`,
        async run() {
          const best = rank(all, query).slice(0, maxFound);
          onFound(best.map(({ name }) => name));
          const lines = best.map(
            ({ name, description }) => `${name}: ${description.split('\n')[0]?.slice(0, 300)}`,
          );
          const text =
            lines.length === 0 ? 'No tool fits. Try other words.' : `You can now call:\n${lines.join('\n')}`;
          return { parts: [{ type: 'text', text }] };
        },
      };
    },
  };
}

/** Words in a name count most. Tools with none of the words are left out. */
function rank(all: readonly Tool[], query: string): Tool[] {
  const words = toWords(query);
  return all
    .map((tool) => ({ tool, weight: weigh(tool, words) }))
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tool }) => tool);
}

function weigh({ name, title, description }: Tool, words: readonly string[]): number {
  const [names, texts] = [toWords(`${name} ${title}`), toWords(description.slice(0, 4000))];
  const count = (among: readonly string[], word: string): number =>
    among.includes(word)
      ? 2
      : among.some((one) => one.startsWith(word) || (one.length > 2 && word.startsWith(one)))
        ? 1
        : 0;
  return words.reduce((sum, word) => sum + 4 * count(names, word) + count(texts, word), 0);
}

function toWords(text: string): string[] {
  const spaced = text.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
  return [...new Set(spaced.split(/[^\p{L}\p{N}]+/u).filter(Boolean))];
}
