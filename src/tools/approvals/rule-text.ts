/** The kinds of permissions that a rule can name. Any other name is that of an MCP server. */
export const ruleKinds = ['shell', 'read', 'write', 'url'] as const;

export type RuleKind = (typeof ruleKinds)[number];

/** Where a rule came from, in words. */
export const ruleOrigins = {
  flag: 'a flag',
  session: 'this chat',
  folder: 'this folder',
  everywhere: 'all folders',
} as const;

export type RuleOrigin = keyof typeof ruleOrigins;

/** Follows what a rule allows if that is also up to the files of the folder. */
export function andWhatFilesMake(whom: 'it' | 'them'): string {
  return `, and what files here make ${whom} do`;
}

/** Several rules in one text, as a flag may have them: `write,shell(git diff:*)`. Commas in parentheses are part of a rule. */
export function splitRules(text: string): string[] {
  const rules: string[] = [];
  let start = 0;
  for (const { index } of text.matchAll(/,/g)) {
    const rule = text.slice(start, index).trim();
    if (rule.includes('(') && !rule.endsWith(')')) continue;
    rules.push(rule);
    start = index + 1;
  }
  return [...rules, text.slice(start).trim()];
}

/** What a rule is about; of `mcp`, all servers. Whether it is a rule is found out where it is read. */
export function readAbout(rule: string): { kind: RuleKind } | { kind: 'mcp'; server: string | undefined } {
  const [name = ''] = rule.split('(', 1);
  const kind = ruleKinds.find((one) => one === name.trim());
  if (kind) return { kind };
  return { kind: 'mcp', server: rule.trim() === 'mcp' ? undefined : name.trim() };
}
