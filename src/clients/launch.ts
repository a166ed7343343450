import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, parse } from 'node:path';
import { toShellWord } from '../command-line.ts';
import { ensureFolder } from '../ensure-folder.ts';
import type { Env } from '../env.ts';
import { CliError } from '../errors.ts';
import { advise, run } from '../hint.ts';
import { isLoopback } from '../loopback.ts';
import type { ClientName } from './client-names.ts';
import { clients, learnFacts } from './clients.ts';
import { type ClientFacts, type Needs, type Program, toKey, toOpenaiUrl, type Variable } from './setup.ts';

/** A command that uses the server. */
export type Launch = {
  argv: string[];
  env: Env;
  /** Deletes the files that the program needed. */
  dispose(): void;
};

/**
 * The command with the arguments, the environment and the files by which the programs in it use the server. A program is also found behind
 * what starts it: `npx @openai/codex`, `env codex`, `sh -c 'codex'`. All others get the variables that SDKs read. Throws CliError `usage` for
 * a program that takes its server from its own file only.
 */
export async function prepareLaunch(argv: readonly string[], facts: ClientFacts, env: Env): Promise<Launch> {
  const mentions = findMentions(argv);
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-run-'));
  const dispose = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const known = await Promise.all(
      mentions.map((mention) => prepareMention(mention, { facts, env, folder })),
    );
    const [direct] = known.filter(({ position }) => position !== undefined);
    const needs = known.map((mention) => mention.needs);
    const childEnv = toEnv(direct ? needs : [describeSdks(facts), ...needs], facts, env);
    const launchers = direct ? [] : known.flatMap((mention) => writeLaunchers(mention, folder));
    const path =
      launchers.length > 0
        ? [join(folder, 'bin'), childEnv.PATH || usualPath].join(delimiter)
        : childEnv.PATH;
    const position = direct?.position ?? 0;
    return {
      argv: [...argv.slice(0, position + 1), ...(direct?.needs.arguments ?? []), ...argv.slice(position + 1)],
      env: path === undefined ? childEnv : { ...childEnv, PATH: path },
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** What a system takes if PATH is not set. */
const usualPath = '/usr/bin:/bin';

/** A known program in a command. */
type Mention = {
  client: ClientName;
  program: Program;
  /** Its word, if arguments can be added behind it. */
  position: number | undefined;
};

/** They start the program of a package that one of their arguments names. */
const runners = new Set(['npx', 'pnpx', 'bunx', 'npm', 'pnpm', 'yarn', 'bun', 'uvx', 'uv', 'pipx']);

function findMentions(argv: readonly string[]): Mention[] {
  const [first = '', ...rest] = argv;
  const own = findClient(first, 'commands');
  if (own) return [{ ...own, position: 0 }];
  if (runners.has(toCommand(first))) {
    const started = rest.flatMap((word, index) => {
      // `-p PACKAGE` names what to install, and not what to start.
      if (/^(?:-p|--package|--from|--with)$/.test(argv[index] ?? '')) return [];
      const client = findClient(word, 'packages') ?? findClient(word, 'commands');
      return client ? [{ ...client, position: index + 1 }] : [];
    });
    if (started[0]) return [started[0]];
  }
  const words = rest.flatMap((word) => word.split(/[\s;&|()`$"'<>=]+/));
  const behind = words.flatMap((word) => findClient(word, 'commands') ?? []);
  return [...new Map(behind.map((client) => [client.client, client])).values()].map((client) => ({
    ...client,
    position: undefined,
  }));
}

function findClient(word: string, key: 'commands' | 'packages') {
  const name = key === 'commands' ? toCommand(word) : word.replace(/(?<=.)@[^/]*$|==.*$/, '');
  for (const [client, { program }] of Object.entries(clients)) {
    if (program?.[key].includes(name)) return { client: client as ClientName, program };
  }
  return undefined;
}

/** Without its folder and its ending. */
function toCommand(word: string): string {
  return parse(word.replaceAll('\\', '/')).base.replace(/\.(?:exe|cmd|bat|ps1|js)$/i, '');
}

type Prepared = Mention & { needs: Needs };

async function prepareMention(
  mention: Mention,
  { facts, env, folder }: { facts: ClientFacts; env: Env; folder: string },
): Promise<Prepared> {
  const { client, program, position } = mention;
  if (!program.prepare) {
    if (position === undefined) return { ...mention, needs: { variables: [] } };
    throw new CliError('usage', `${client} takes its server from its settings, not from variables`, {
      hint: advise`Write them with ${run(`serve --for ${client} --write`)}, and start ${run('serve')} beside it.`,
    });
  }
  const needs = program.prepare(await learnFacts(client, facts, env), folder);
  for (const { name, text } of needs.files ?? []) writeFileSync(join(folder, name), text, { mode: 0o600 });
  return { ...mention, needs };
}

/**
 * Scripts of the same names, first in PATH, for programs that need arguments and that something else starts. A script takes itself out of
 * PATH and starts the next program of its name, wherever its caller has it. It leaves no empty part there: that is the current folder.
 */
function writeLaunchers({ program, needs }: Prepared, folder: string): string[] {
  const { arguments: own = [] } = needs;
  if (own.length === 0 || process.platform === 'win32') return [];
  const bin = join(folder, 'bin');
  ensureFolder(bin);
  return program.commands.map((command) => {
    const launcher = join(bin, command);
    const lines = [
      '#!/bin/sh',
      `bin=${toShellWord(bin)}`,
      // Started by its path, it may not be there.
      `case ":$PATH:" in *:"$bin":*) PATH=":$PATH:"`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a shell's.
      'PATH="${PATH%%:"$bin":*}:${PATH#*:"$bin":}" PATH="${PATH#:}" PATH="${PATH%:}";; esac',
      `exec ${[command, ...own].map(toShellWord).join(' ')} "$@"`,
    ];
    writeFileSync(launcher, `${lines.join('\n')}\n`, { mode: 0o700 });
    return launcher;
  });
}

function toEnv(needs: readonly Needs[], facts: ClientFacts, env: Env): Env {
  const added = [...needs.flatMap(({ variables }) => variables), ...passProxy(facts, env)];
  const dropped = new Set(needs.flatMap(({ unset = [] }) => unset));
  const all = [...Object.entries(env), ...added.map(({ name, value }) => [name, value] as const)];
  return Object.fromEntries(all.filter(([name]) => !dropped.has(name)));
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

/** Requests to this machine must not go through a proxy. */
function passProxy({ baseUrl }: ClientFacts, env: Env): Variable[] {
  const { hostname } = new URL(baseUrl);
  const hasProxy = Object.entries(env).some(([name, value]) => /^(?:https?|all)_proxy$/i.test(name) && value);
  if (!hasProxy || !isLoopback(hostname)) return [];
  return ['NO_PROXY', 'no_proxy'].map((name) => {
    const others = env[name] || env.NO_PROXY || env.no_proxy;
    return { name, value: [others, hostname.replace(/^\[|\]$/g, '')].filter(Boolean).join(',') };
  });
}
