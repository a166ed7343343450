import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export type Mark = 'passed' | 'failed' | 'known';

/** What became of one agent: a line for each scenario, a column for each model. */
export type Section = {
  title: string;
  /** Package and version of all that was installed. */
  versions: Record<string, string>;
  columns: string[];
  rows: { title: string; marks: (Mark | undefined)[] }[];
  /** How the agent is played, and why known cells cannot pass. */
  notes: string[];
};

const head = `# Real agents

\`npm run test:agents\` installs these agents, starts \`serve\` in front of the simulator of Copilot, and plays the same scenarios with each of them and
each kind of model. It looks at the agent's exit code and words, and at what reached Copilot: who began each call, the marks of the prompt cache, whether
each request goes on from the one before, the number of calls, and refusals. This page is written by that run.

✓ passed, ✗ failed, ○ cannot pass, for the reason below the table, · not played for this model (\`--every\` plays it).
`;

const signs = { passed: '✓', failed: '✗', known: '○' };

/** Writes the sections into the page, and keeps those of other agents. */
export function writeReport(file: string, sections: readonly Section[]): void {
  const before = existsSync(file) ? readFileSync(file, 'utf8').split('\n## ').slice(1) : [];
  const texts = new Map(before.map((text) => [text.split('\n', 1)[0] ?? '', text.trimEnd()]));
  for (const section of sections) texts.set(section.title, formatSection(section));
  const ordered = [...texts].sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(file, [head, ...ordered.map(([, text]) => `## ${text}\n`)].join('\n'));
}

function formatSection({ title, versions, columns, rows, notes }: Section): string {
  const installed = Object.entries(versions).map(([name, version]) => `\`${name}\` ${version}`);
  return [
    title,
    '',
    installed.join(', '),
    '',
    `| | ${columns.join(' | ')} |`,
    `| --- |${' --- |'.repeat(columns.length)}`,
    ...rows.map(
      (row) => `| ${row.title} | ${row.marks.map((mark) => (mark ? signs[mark] : '·')).join(' | ')} |`,
    ),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${note}`)]),
  ].join('\n');
}
