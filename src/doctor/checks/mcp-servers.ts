import { toShellWord } from '../../command-line.ts';
import { describeCount } from '../../describe-count.ts';
import { advise, run } from '../../hint.ts';
import { toOneLine } from '../../terminal-text.ts';
import { type Finding, joinFindings, type Outcome, ok, toFinding, warn } from '../check.ts';

/** The MCP servers that would be started. */
export type McpFacts = {
  /** `problem` says why one cannot be, to follow its name in a sentence. */
  servers: { name: string; problem: string | undefined }[];
  /** Of files that name servers, as sentences without a full stop. */
  problems: string[];
};

/** Starts none. No prompt needs one. */
export function checkMcpServers(found: Outcome<McpFacts>): Finding {
  if (!found.ok) return { ...toFinding(found.error, 'warn'), report: 'the file of the servers is not valid' };
  const { servers, problems } = found.value;
  const broken = servers.flatMap(({ name, problem }) =>
    problem === undefined
      ? []
      : [warn(toOneLine(`${name} ${problem}`), advise`${run(`mcp get ${toShellWord(name)}`)}`)],
  );
  const joined = joinFindings([...broken, ...problems.map((problem) => warn(problem, 'Correct that file.'))]);
  const names = servers.map(({ name }) => name).join(', ');
  if (!joined) return ok(names === '' ? 'none is added' : names);
  const counted = `${describeCount(broken.length, 'server')} cannot be started`;
  return { ...joined, report: `${counted}, ${describeCount(problems.length, 'problem')} in files` };
}
