import type { ReplApp } from '../app.ts';
import { listServerPrompts } from '../slash/server-prompts.ts';
import { findByName, formatUse, type SlashCommand } from '../slash/slash-command.ts';
import type { Candidate } from '../state.ts';
import { type Completer, type CompletionSource, createCompleter } from './completer.ts';
import { findTarget } from './completion-target.ts';
import { createMentionSource } from './mention-source.ts';
import { createPathSource, createProjectFiles, isPathBegun } from './path-source.ts';
import { rankCandidates } from './rank.ts';

/** Completes commands, their parameters, and the files of the folder in which the chat was started. */
export function createReplCompleter(app: ReplApp, commands: readonly SlashCommand[]): Completer {
  const { cwd, home, env, now } = app.context;
  const project = createProjectFiles({ cwd, env, now });
  const listCommands = (): readonly SlashCommand[] => [...commands, ...listServerPrompts(app)];
  const names = createCommandSource(commands, () => listServerPrompts(app));
  return createCompleter({
    getState: () => app.state,
    dispatch: app.dispatch,
    findMissing({ text }) {
      const [, name] = /^\/(\S{1,64})\s*$/.exec(text) ?? [];
      const command = name === undefined ? undefined : findByName(name.toLowerCase(), listCommands());
      return command && needsWords(command) ? formatUse(command) : undefined;
    },
    findTarget: ({ text, cursor }) =>
      findTarget(text, cursor, {
        takesPhrase: (name) => takesPhrase(listCommands(), name),
        isNameBegun: (path) => app.tools.resources.belongs(path) || isPathBegun(path, { cwd, home }),
      }),
    findSource(target) {
      switch (target.type) {
        case 'command':
          return names;
        case 'parameter':
          return createParameterSource(app, listCommands(), target);
        case 'path':
          return createMentionSource(
            target.query,
            app,
            createPathSource(target.query, { cwd, home, project }),
          );
        default:
          return target satisfies never;
      }
    },
  });
}

/**
 * The names of commands, the shortest of those that begin so first: nobody meant `/export` with `/ex`. Aliases are listed only after the first
 * letter. Prompt templates are read when the list is opened; prompts of servers are there once their server is.
 */
function createCommandSource(
  commands: readonly SlashCommand[],
  listOthers: () => readonly SlashCommand[],
): CompletionSource {
  let names = commands.map((command) => toCandidate(command, command.name));
  const aliases = commands.flatMap((command) =>
    (command.aliases ?? []).map((alias) => ({ ...toCandidate(command, alias), isAlias: true })),
  );

  async function describe(refresh: () => void): Promise<void> {
    if (!commands.some((command) => command.describe)) return;
    names = await Promise.all(
      commands.map(async (command, index) => {
        const described = await command.describe?.();
        const known = names[index] as Candidate;
        if (!described) return known;
        return { ...known, description: described.description, isComplete: !described.needsWords };
      }),
    );
    refresh();
  }

  return {
    get key() {
      return `commands ${listOthers().length}`;
    },
    open(refresh) {
      void describe(refresh);
      const others = listOthers().map((command) => toCandidate(command, command.name));
      return (query) => {
        const all = [...names, ...others];
        return query === '' ? all : rankCandidates([...all.toSorted(byLength), ...aliases], query);
      };
    },
  };
}

function byLength(one: Candidate, other: Candidate): number {
  return one.text.length - other.text.length;
}

function toCandidate({ parameters, description, label, group }: SlashCommand, name: string): Candidate {
  return {
    text: name,
    label: `/${name}`,
    description: label ?? description,
    ending: parameters === '' ? '' : ' ',
    parameters,
    // What a prompt template needs is in its file.
    isComplete: !parameters.startsWith('<') && group !== 'own',
    asks: group === 'own' || group === 'servers',
  };
}

/** Without a parameter that it needs, a command would only fail, unless it asks for it. */
function needsWords({ parameters, group }: SlashCommand): boolean {
  return parameters.startsWith('<') && group !== 'own' && group !== 'servers';
}

/** The candidates of a command for its parameters. Undefined if it has none. */
function createParameterSource(
  app: ReplApp,
  commands: readonly SlashCommand[],
  { command: name, words }: { command: string; words: readonly string[] },
): CompletionSource | undefined {
  const command = findByName(name.toLowerCase(), commands);
  const complete = command?.complete;
  if (!complete) return undefined;
  return {
    key: ['parameter', command.name, ...words.slice(0, -1)].join(' '),
    async open(refresh) {
      const read = async (asked: readonly string[]): Promise<Candidate[]> =>
        (await complete(app, asked)).map((candidate) => ({
          ...candidate,
          isComplete: command.isChoice ?? false,
        }));
      let last = words.at(-1);
      let candidates = await read(words);
      return (query) => {
        if (command.isLive && query !== '' && query !== last) {
          last = query;
          void read([...words.slice(0, -1), query]).then((found) => {
            if (last !== query) return;
            candidates = found;
            refresh();
          });
        }
        return rankCandidates(candidates, query);
      };
    },
  };
}

/** Whether all words behind the name are one parameter, such as the name of a conversation. */
function takesPhrase(commands: readonly SlashCommand[], name: string): boolean {
  return /^[[<][^\s\]>…]*[\]>]$/.test(findByName(name.toLowerCase(), commands)?.parameters ?? '');
}
