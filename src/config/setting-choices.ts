import { themeNames } from '../theme-names.ts';

/** What a model may use: the files of the folder, changes to them, commands, servers of tools. */
export const toolKinds = ['read', 'write', 'shell', 'mcp'] as const;

export type ToolKind = (typeof toolKinds)[number];

/** `read,write`, or `none`. Undefined if a word is none of them. */
export function parseToolKinds(text: string): ToolKind[] | undefined {
  if (text.trim() === 'none') return [];
  const words = text.split(',').map((word) => word.trim());
  return words.every((word) => (toolKinds as readonly string[]).includes(word))
    ? toolKinds.filter((kind) => words.includes(kind))
    : undefined;
}

export function checkTools(value: string): string | undefined {
  return parseToolKinds(value)
    ? undefined
    : `must be "none", or any of ${toolKinds.join(', ')}, joined by commas`;
}

/** `auto` takes the theme that fits the terminal's background. */
export const themeChoices = ['auto', ...themeNames] as const;

export type ThemeChoice = (typeof themeChoices)[number];

/** The fields that the chat's status line can have, in their order. */
export const statusFields = ['model', 'context', 'cost', 'quota', 'tokens', 'speed'] as const;

export type StatusField = (typeof statusFields)[number];

/** Stands for an empty status line: a setting cannot be empty. */
export const noStatusFields = 'none';

/** `auto` is the key store of the system if there is one that works, else the file. */
export const credentialStoreChoices = ['auto', 'system', 'file'] as const;

export type CredentialStoreChoice = (typeof credentialStoreChoices)[number];

/** What tells that a long answer has ended. */
export const bellChoices = ['off', 'bell', 'notice'] as const;

export type BellChoice = (typeof bellChoices)[number];

/** Whose keys edit a prompt: those of Emacs, which shells have too, or those of vi. */
export const editorModes = ['emacs', 'vi'] as const;

export type EditorMode = (typeof editorModes)[number];

export const motionChoices = ['full', 'reduced'] as const;

export const switchChoices = ['on', 'off'] as const;

/** As other programs read a variable that switches something on: every word but a few does. */
export function readSwitch(text: string): (typeof switchChoices)[number] {
  return /^(?:0|off|no|false)$/i.test(text) ? 'off' : 'on';
}

export function checkStatusLine(value: string): string | undefined {
  const fields = splitFields(value);
  const named = fields.filter((field) => field !== noStatusFields);
  if (named.length > 0 && named.length < fields.length)
    return `cannot show ${noStatusFields} beside other fields`;
  const choices = `it is ${noStatusFields}, or any of ${statusFields.join(', ')}, joined by commas`;
  if (fields.length === 0 && value !== '') return `names no field: ${choices}`;
  const unknown = named.find((field) => !isStatusField(field));
  return unknown === undefined ? undefined : `cannot show ${unknown}: ${choices}`;
}

/** The fields of a valid setting, each once and in their own order. */
export function parseStatusLine(value: string): StatusField[] {
  const chosen = splitFields(value);
  return statusFields.filter((field) => chosen.includes(field));
}

function splitFields(value: string): string[] {
  return value
    .split(/[,\s]+/)
    .map((field) => field.toLowerCase())
    .filter(Boolean);
}

function isStatusField(text: string): text is StatusField {
  return (statusFields as readonly string[]).includes(text);
}
