import { CliError } from '../../errors.ts';
import type { McpHost, ServerPrompt } from '../../mcp/host.ts';
import { toPlainName } from '../../mcp/plain-name.ts';
import { suggest } from '../../nearest.ts';
import { untilAborted } from '../../pause.ts';
import { toData } from '../../prompt-text.ts';
import { toOneLine } from '../../terminal-text.ts';
import { ToolError } from '../../tools/tool.ts';
import type { ReplApp } from '../app.ts';
import { type Call, forgetAnswers } from '../dialogs/begun-answers.ts';
import type { Candidate } from '../state.ts';
import { askValues } from './ask-values.ts';
import { openServers } from './mcp.ts';
import { listFree, readValues } from './prompt-values.ts';
import { findByName, type SlashCommand } from './slash-command.ts';

/** The prompts of the servers that run, as `/server:prompt`. A name begins with that of its server, so it is that of no other command. */
export function listServerPrompts({ tools }: Pick<ReplApp, 'tools'>): SlashCommand[] {
  const host = tools.running;
  if (!host) return [];
  const taken = new Set<string>();
  return host.prompts().map((prompt) => {
    const plain = `${toPlainName(prompt.server)}:${toPlainName(prompt.name)}`;
    let name = plain;
    for (let count = 2; taken.has(name.toLowerCase()); count += 1) name = `${plain}_${count}`;
    taken.add(name.toLowerCase());
    return toCommand(name, prompt);
  });
}

/**
 * The prompt with this name, in lower case. Starts the servers as `/mcp` does, and waits for the one that is named: undefined if the person
 * stops that. Throws CliError `usage` if there is none.
 */
export async function findServerPrompt(app: ReplApp, name: string): Promise<SlashCommand | undefined> {
  const host = await openServers(app);
  if (!host) return undefined;
  const wanted = name.slice(0, name.indexOf(':'));
  const find = () => host.states().find(({ server }) => toPlainName(server.name).toLowerCase() === wanted);
  const server = find()?.server.name;
  if (server === undefined) {
    const names = host.states().map((state) => toPlainName(state.server.name));
    throw new CliError('usage', `there is no MCP server ${wanted}${suggest(wanted, names)}`, {
      hint: '/mcp lists them.',
    });
  }
  const isThere = await app.work(`Starting ${server}`, async (signal) => {
    await untilAborted(host.settle(server), signal);
    return true;
  });
  if (!isThere) return undefined;
  const commands = listServerPrompts(app);
  const found = findByName(name, commands);
  if (found) return found;
  const problem = find()?.status === 'ready' ? undefined : find()?.problem;
  const names = commands.map((command) => command.name);
  throw problem === undefined
    ? new CliError('usage', `there is no prompt /${name}${suggest(name, names, '/')}`, {
        hint: 'A slash and the name of a server list its prompts.',
      })
    : new CliError('usage', `the server ${server} is not running: ${toOneLine(problem)}`, {
        hint: '/mcp tells more, and starts it again.',
      });
}

const maxDescription = 300;

function toCommand(name: string, prompt: ServerPrompt): SlashCommand {
  const description = (prompt.description ?? prompt.title).slice(0, maxDescription);
  return {
    name,
    parameters: prompt.arguments
      .map((one) => (one.isRequired ? `<${toOneLine(one.name)}>` : `[${toOneLine(one.name)}]`))
      .join(' '),
    description,
    group: 'servers',
    details: prompt.arguments.map(describeArgument),
    isLive: true,
    complete: (app, words) => completeWord(app, prompt, words),
    run: (app, _, said) => sayPrompt(app, { command: `/${name}`, words: said }, prompt),
  };
}

function describeArgument({ name, description, isRequired }: ServerPrompt['arguments'][number]): string {
  const words = description === undefined ? '' : description.slice(0, maxDescription).replace(/\.$/, '');
  const state = isRequired ? 'asked for if it is not given' : 'may be left out';
  return `[${toOneLine(name)}] ${[words, state].filter(Boolean).join('; ')}.`;
}

async function sayPrompt(app: ReplApp, call: Call, prompt: ServerPrompt): Promise<void> {
  const given = readValues(call.words.text, prompt);
  const missing = prompt.arguments.filter(
    ({ name, isRequired }) => isRequired && !Object.hasOwn(given, name),
  );
  const questions = missing.map(({ name, description }) => ({
    name,
    question: (description || name).replace(/[.:]$/, ''),
  }));
  const asked = await askValues(app, call, questions);
  if (!asked) return;
  const values = { ...given, ...asked };
  const text = await app.work(`Asking ${prompt.server}`, async (signal) => {
    try {
      return await needHost(app).getPrompt(prompt.server, prompt.name, values, signal);
    } catch (error) {
      throw error instanceof ToolError
        ? new CliError('upstream', `the server ${toOneLine(error.message)}`, { cause: error })
        : error;
    }
  });
  if (text === undefined) return;
  if (text.trim() === '')
    throw new CliError(
      'upstream',
      `the server ${prompt.server} gave a prompt without words: nothing was sent`,
    );
  forgetAnswers(app.dialogs, call.command);
  // Of the server: what it mentions was not mentioned by the person.
  await app.ask(toData(text));
}

function needHost({ tools }: ReplApp): McpHost {
  if (!tools.running) throw new CliError('usage', 'the MCP servers of this chat ended');
  return tools.running;
}

/** The values that the server knows for the argument that is typed, and the names of those that are not given. */
async function completeWord(
  { tools, context }: ReplApp,
  prompt: ServerPrompt,
  words: readonly string[],
): Promise<Candidate[]> {
  const before = words.slice(0, -1).join(' ');
  const last = words.at(-1) ?? '';
  const values = readValues(before, prompt, { isHalf: true });
  const free = listFree(prompt, values);
  const [, named = '', typed = last] = /^([^\s="]+)=(.*)$/s.exec(last) ?? [];
  const isNamed = free.some(({ name }) => name === named);
  const argument = isNamed ? named : free[0]?.name;
  if (argument === undefined) return [];
  const lead = isNamed ? `${named}=` : '';
  const ask = (value: string): Promise<string[]> =>
    tools.running?.complete(
      { server: prompt.server, prompt: prompt.name },
      { name: argument, value },
      values,
      context.signal,
    ) ?? Promise.resolve([]);
  const value = (isNamed ? typed : last).replace(/^"/, '');
  // Servers compare the case of letters; the list does not.
  const known = await Promise.all(value === '' ? [ask('')] : [ask(value), ask('')]);
  // The value of a sole argument is all that follows.
  const isSole = prompt.arguments.length === 1 && !isNamed;
  const quote = (text: string): string => (isSole || !/\s/.test(text) ? text : `"${text}"`);
  return [
    ...[...new Set(known.flat())]
      .filter((text) => isSole || !text.includes('"'))
      .map((text): Candidate => ({ text: lead + quote(text), description: '', ending: ' ' })),
    ...(isNamed ? [] : free.map(toNameCandidate)),
  ];
}

function toNameCandidate({ name, description = '' }: ServerPrompt['arguments'][number]): Candidate {
  return { text: `${toOneLine(name)}=`, description: description.slice(0, maxDescription), ending: '' };
}
