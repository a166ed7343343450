import { createHash } from 'node:crypto';

/** What every service takes for a tool: `^[a-zA-Z0-9_-]{1,64}$`. */
const maxLength = 64;
const hashLength = 6;

/** Names for tools of servers, as a model calls them: `server__tool`. A pair keeps its name for as long as this lives. */
export type ToolNames = {
  /** Unique, and at most 64 letters, digits, `_` and `-`. */
  name(server: string, tool: string): string;
};

/** `taken` are names of other tools. */
export function createToolNames(taken: readonly string[] = []): ToolNames {
  const names = new Map<string, string>();
  const used = new Set(taken);
  return {
    name(server, tool) {
      const key = JSON.stringify([server, tool]);
      const known = names.get(key);
      if (known !== undefined) return known;
      const plain = toPlain(`${server}__${tool}`);
      const isFree = plain.length <= maxLength && !used.has(plain);
      const name = isFree ? plain : shorten(plain, key, used);
      names.set(key, name);
      used.add(name);
      return name;
    },
  };
}

/** Letters of other scripts would all become `_`, so a name made of them is told apart by its hash. */
function toPlain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_-]/g, '_');
}

function shorten(plain: string, key: string, used: ReadonlySet<string>): string {
  for (let round = 0; ; round += 1) {
    const hash = createHash('sha256')
      .update(`${key}${round === 0 ? '' : round}`)
      .digest('hex')
      .slice(0, hashLength);
    const name = `${plain.slice(0, maxLength - hashLength - 1)}_${hash}`;
    if (!used.has(name)) return name;
  }
}
