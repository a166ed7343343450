import { parse } from 'node:path';
import type { Env } from '../env.ts';
import { isLoopback } from '../loopback.ts';
import { listAiderVariables } from './aider.ts';
import { listClaudeVariables } from './claude-code.ts';
import { listCodexArguments, listCodexVariables } from './codex.ts';
import { listOpenWebuiVariables } from './open-webui.ts';
import { listOpencodeVariables } from './opencode.ts';
import { type ClientFacts, toKey, toOpenaiUrl, type Variable } from './setup.ts';

export type Child = {
  arguments: string[];
  env: Env;
};

type Needs = {
  variables: Variable[];
  /** What would come before our variables, and is left out. */
  unset?: string[];
  /** What stands in front of the person's own arguments. */
  arguments?: string[];
};

/** What the programs need that we know, by the name of the file that is run. */
const programs: Record<string, (facts: ClientFacts) => Needs> = {
  claude: (facts) => ({
    variables: listClaudeVariables(facts),
    unset: [
      'ANTHROPIC_API_KEY',
      'CLAUDE_CODE_USE_BEDROCK',
      'CLAUDE_CODE_USE_VERTEX',
      'CLAUDE_CODE_USE_FOUNDRY',
    ],
  }),
  codex: (facts) => ({
    variables: [...listCodexVariables(facts), { name: 'OPENAI_BASE_URL', value: toOpenaiUrl(facts) }],
    arguments: listCodexArguments(facts),
  }),
  opencode: (facts) => ({ variables: listOpencodeVariables(facts) }),
  aider: (facts) => ({ variables: listAiderVariables(facts) }),
  'open-webui': (facts) => ({ variables: listOpenWebuiVariables(facts) }),
};

/** The arguments and the environment with which a program talks to the server. Any other program gets what the SDKs read. */
export function prepareChild(argv: readonly string[], facts: ClientFacts, env: Env): Child {
  const [program = '', ...own] = argv;
  const name = parse(program.replaceAll('\\', '/')).base.replace(/\.(?:exe|cmd|bat|ps1|js)$/i, '');
  const describe = Object.hasOwn(programs, name) ? programs[name] : undefined;
  const { variables, unset = [], arguments: ours = [] } = (describe ?? describeSdks)(facts);
  const dropped = new Set(unset);
  const inherited = Object.entries(env).filter(([variable]) => !dropped.has(variable));
  const added = [...variables, ...passProxy(facts, env)].map(({ name: key, value }) => [key, value]);
  return { arguments: [...ours, ...own], env: Object.fromEntries([...inherited, ...added]) };
}

function describeSdks(facts: ClientFacts): Needs {
  const { baseUrl } = facts;
  const key = toKey(facts);
  return {
    variables: [
      { name: 'OPENAI_BASE_URL', value: toOpenaiUrl(facts) },
      { name: 'OPENAI_API_BASE', value: toOpenaiUrl(facts) },
      { name: 'OPENAI_API_KEY', value: key },
      { name: 'ANTHROPIC_BASE_URL', value: baseUrl },
      { name: 'ANTHROPIC_API_KEY', value: key },
      { name: 'ANTHROPIC_AUTH_TOKEN', value: key },
    ],
  };
}

/** A proxy does not reach this machine as we do. */
function passProxy({ baseUrl }: ClientFacts, env: Env): Variable[] {
  const { hostname } = new URL(baseUrl);
  const hasProxy = Object.entries(env).some(([name, value]) => /^(?:https?|all)_proxy$/i.test(name) && value);
  if (!hasProxy || !isLoopback(hostname)) return [];
  return ['NO_PROXY', 'no_proxy'].map((name) => {
    const others = env[name] ?? env.NO_PROXY ?? env.no_proxy;
    return { name, value: [others, hostname.replace(/^\[|\]$/g, '')].filter(Boolean).join(',') };
  });
}
