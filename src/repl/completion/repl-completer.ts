import type { ReplApp } from '../app.ts';
import type { SlashCommand } from '../slash/slash-command.ts';
import { createCommandSource, createParameterSource, takesPhrase } from './command-source.ts';
import { type Completer, createCompleter } from './completer.ts';
import { findTarget } from './completion-target.ts';
import { createPathSource } from './path-source.ts';
import { createProjectFiles } from './project-files.ts';

/** What Tab knows in a chat: its commands and what they take, and the files of the folder it was begun in. */
export function createReplCompleter(app: ReplApp, commands: readonly SlashCommand[]): Completer {
  const { cwd, home, env, now } = app.context;
  const project = createProjectFiles({ cwd, env, now });
  const names = createCommandSource(commands);
  return createCompleter({
    getState: () => app.state,
    dispatch: app.dispatch,
    findTarget: ({ text, cursor }) =>
      findTarget(text, cursor, { takesPhrase: (name) => takesPhrase(commands, name) }),
    findSource(target) {
      switch (target.type) {
        case 'command':
          return names;
        case 'parameter':
          return createParameterSource(app, commands, target);
        case 'path':
          return createPathSource(target.query, { cwd, home, project });
        default:
          return target satisfies never;
      }
    },
  });
}
