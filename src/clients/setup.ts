import type { Model } from '../copilot/model.ts';
import type { ModelOrigin } from '../copilot/model-choice.ts';
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
