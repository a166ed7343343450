import { createJsonFile } from '../../config/json-file.ts';
import { CliError } from '../../errors.ts';
import { isObject, type JsonObject, toObject } from '../../json-value.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { HeldRule } from './decide.ts';
import { type Effect, formatRule, parseRule } from './rule.ts';

/** Rules that a person keeps: some for one folder, some for all. They lie in the config folder, never in a repository. */
export type ApprovalStore = {
  /** Undefined if the file or a rule in it cannot be read, which is told once: it may have denied anything. */
  read(folder: string): HeldRule[] | undefined;
  /** Throws CliError `config` if the file cannot be read or written. */
  add(held: HeldRule, folder: string): Promise<void>;
  /** False if it was not there. */
  remove(held: HeldRule, folder: string): Promise<boolean>;
};

type ApprovalStoreOptions = {
  path: string;
  onNotice: (sentence: string) => void;
  signal?: AbortSignal;
};

const effects = ['allow', 'ask', 'deny'] as const;

/** `{ "everywhere": { "deny": ["shell(rm:*)"] }, "folders": { "/a/b": { "allow": ["read"] } } }`. Folders are real paths. */
export function createApprovalStore(options: ApprovalStoreOptions): ApprovalStore {
  const { path, onNotice } = options;
  const file = createJsonFile({ ...options, isSecret: true });
  let isReported = false;

  function report(problem: string): undefined {
    if (!isReported) onNotice(`${problem}; every call of a tool is asked about until this is corrected.`);
    isReported = true;
  }

  async function change(
    held: HeldRule,
    folder: string,
    edit: (rules: string[]) => string[] | undefined,
  ): Promise<void> {
    // A broken file would be set aside, with all that it denies.
    readContent(file.read(), folder);
    await file.update((content) => {
      readContent(content, folder);
      const isForAll = held.origin === 'everywhere';
      const lists = toObject(isForAll ? content.everywhere : toObject(content.folders)[folder]);
      const rules = edit(toList(lists[held.effect]));
      if (!rules) return undefined;
      const { [held.effect]: _, ...others } = lists;
      const changed: JsonObject = rules.length === 0 ? others : { ...others, [held.effect]: rules };
      if (isForAll) return { ...content, everywhere: changed };
      const { [folder]: __, ...folders } = toObject(content.folders);
      return {
        ...content,
        folders: Object.keys(changed).length === 0 ? folders : { ...folders, [folder]: changed },
      };
    });
  }

  return {
    read(folder) {
      try {
        const rules = readContent(file.read(), folder);
        isReported = false;
        return rules;
      } catch (error) {
        return report(error instanceof Error ? toOneLine(error.message) : `${path} cannot be read`);
      }
    },
    add: (held, folder) =>
      change(held, folder, (rules) => {
        const text = formatRule(held.rule);
        return rules.includes(text) ? undefined : [...rules, text];
      }),
    async remove(held, folder) {
      let isFound = false;
      await change(held, folder, (rules) => {
        const text = formatRule(held.rule);
        const left = rules.filter((one) => formatRule(parseRule(one)) !== text);
        isFound = left.length < rules.length;
        return isFound ? left : undefined;
      });
      return isFound;
    },
  };

  /** Throws for anything that is not a rule: half of a list would allow what the other half denies. */
  function readContent(content: JsonObject, folder: string): HeldRule[] {
    const folders = readObject(content.folders, 'folders');
    const own = Object.hasOwn(folders, folder) ? folders[folder] : undefined;
    return [
      ...readLists(readObject(own, folder), 'folder'),
      ...readLists(readObject(content.everywhere, 'everywhere'), 'everywhere'),
    ];
  }

  function readLists(lists: JsonObject, origin: HeldRule['origin']): HeldRule[] {
    const strange = Object.keys(lists).find((name) => !effects.includes(name as Effect));
    if (strange !== undefined)
      throw createError(`has "${toOneLine(strange)}", which is none of ${effects.join(', ')}`);
    return effects.flatMap((effect) =>
      toList(lists[effect], effect).map((text) => ({ effect, rule: readRule(text, effect), origin })),
    );
  }

  function readObject(value: unknown, name: string): JsonObject {
    if (value === undefined || isObject(value)) return value ?? {};
    throw createError(`has a value of ${toOneLine(name)} that is not an object`);
  }

  function toList(value: unknown, name = 'rules'): string[] {
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw createError(`has a value of ${name} that is not a list of texts`);
  }

  function readRule(text: string, effect: Effect): HeldRule['rule'] {
    try {
      return parseRule(text, effect);
    } catch (error) {
      throw createError(`cannot be used: ${error instanceof Error ? error.message : ''}`);
    }
  }

  function createError(problem: string): CliError {
    return new CliError('config', `${path} ${problem}`, { hint: 'Correct it, or move it away.' });
  }
}
