import type { Model } from '../copilot/model.ts';
import type { ModelOrigin } from '../copilot/model-choice.ts';
import type { Env } from '../env.ts';
import type { JsonObject } from '../json-value.ts';
import type { Place } from './place.ts';

/** Our name in other programs' files. A key of that name is ours, even if somebody has changed it. */
export const providerId = 'copilot-cli';

export const providerName = 'GitHub Copilot (copilot-cli)';

/** The facts about the server for a client. */
export type ClientFacts = {
  /** Such as `http://127.0.0.1:4141`: no `/v1`, no slash at the end. */
  baseUrl: string;
  /** The key that the server demands; undefined if it demands none. */
  apiKey: string | undefined;
  /** The catalogue of the account. */
  models: readonly Model[];
  defaultModel: Model;
  /** The model list of the installed Codex, by names; only Codex itself knows its instructions. */
  codexModels?: ReadonlyMap<string, JsonObject>;
  /** Who chose `defaultModel`. The choice of the service gives way to the model that a client works best with. */
  modelOrigin?: ModelOrigin;
};

export type Variable = { name: string; value: string };

export type FileFormat = 'json' | 'toml' | 'yaml';

/** A value at a path of keys; undefined removes the key. */
export type SetEdit = {
  kind: 'set';
  path: string[];
  value: unknown;
  /** Keeps a value that is there already. */
  isDefault?: boolean;
};

/** Items of a list at a path of keys. They replace ours, whose field `name` contains `providerId`. */
export type ListEdit = { kind: 'list'; path: string[]; name: string; items: JsonObject[] };

export type Edit = SetEdit | ListEdit;

export type FileChange = {
  place: Place;
  format: FileFormat;
  edits: Edit[];
  /** Whether the file gets a secret. A new file is then readable for its owner alone. */
  holdsKey: boolean;
  /** What a person sees in place of a content that is too long to read. */
  summary?: string;
};

/** How one client is pointed at a server. */
export type ClientSetup = {
  client: string;
  /** The client's own name. */
  title: string;
  variables: Variable[];
  files: FileChange[];
  /** Manual steps, in order. */
  steps: string[];
  notes: string[];
};

/** The key for a client: most clients demand one even if the server does not. */
export function toKey({ apiKey }: ClientFacts): string {
  return apiKey ?? providerId;
}

/** The base of the OpenAI dialects. */
export function toOpenaiUrl({ baseUrl }: ClientFacts): string {
  return `${baseUrl}/v1`;
}

/** How `serve run` points a program at its server. */
export type Program = {
  /** The commands of the program, without folder and ending. */
  commands: string[];
  /** The packages by which npx, bunx, uvx and the like start it. */
  packages: string[];
  /** What the program itself knows; `path` is its own. */
  learn?(path: string, env: Env): Promise<Partial<ClientFacts>>;
  /** What it needs for one run; undefined if its own files must say it. `folder` is for `files`, and is deleted after the run. */
  prepare?(facts: ClientFacts, folder: string): Needs;
};

export type Needs = {
  variables: Variable[];
  /** Variables that would override ours, and are left out. */
  unset?: string[];
  /** Arguments before the person's own. */
  arguments?: string[];
  files?: { name: string; text: string }[];
};

/** A program that can use the server. */
export type Client = {
  /** How to set it up. Writes nothing. */
  describe(facts: ClientFacts): ClientSetup;
  program?: Program;
};
