import type { Model } from '../copilot/model.ts';
import type { ModelOrigin } from '../copilot/model-choice.ts';
import type { JsonObject } from '../json-value.ts';
import type { Place } from './place.ts';

/** What we are called in the files of other programs; a key of that name is ours, whoever changed it since. */
export const providerId = 'copilot-cli';

export const providerName = 'GitHub Copilot (copilot-cli)';

/** What a client must know of the server that it is pointed at. */
export type ClientFacts = {
  /** Such as `http://127.0.0.1:4141`: no `/v1`, no slash at the end. */
  baseUrl: string;
  /** What the server asks for; undefined where it asks for nothing. */
  apiKey: string | undefined;
  /** The catalogue of the account. */
  models: readonly Model[];
  defaultModel: Model;
  /** Who chose `defaultModel`. What the service suggests gives way to what a client works best with. */
  modelOrigin?: ModelOrigin;
};

export type Variable = { name: string; value: string };

export type FileFormat = 'json' | 'toml' | 'yaml';

/** A value at a path of keys. Where it is undefined, the key goes. */
export type SetEdit = {
  kind: 'set';
  path: string[];
  value: unknown;
  /** Leaves what is there. */
  isDefault?: boolean;
};

/** Items of a list at a path of keys, in the place of those that are ours: their field `name` has `providerId` in it. */
export type ListEdit = { kind: 'list'; path: string[]; name: string; items: JsonObject[] };

export type Edit = SetEdit | ListEdit;

export type FileChange = {
  place: Place;
  format: FileFormat;
  edits: Edit[];
  /** Whether a secret goes into the file, which makes a new one readable for its owner alone. */
  holdsKey: boolean;
};

/** How one client is pointed at a server. */
export type ClientSetup = {
  client: string;
  /** The client's own name. */
  title: string;
  variables: Variable[];
  files: FileChange[];
  /** What a person has to do in a window, in order. */
  steps: string[];
  notes: string[];
};

/** The key to hand to a client: most of them demand one, whether or not the server does. */
export function toKey({ apiKey }: ClientFacts): string {
  return apiKey ?? providerId;
}

/** The base of the OpenAI dialects. */
export function toOpenaiUrl({ baseUrl }: ClientFacts): string {
  return `${baseUrl}/v1`;
}
