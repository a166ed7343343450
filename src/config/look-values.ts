import { themeNames } from '../theme-names.ts';
import type { SettingCheck } from './setting-checks.ts';

/** `auto` takes the theme that fits the terminal's background. */
export const themeChoices = ['auto', ...themeNames] as const;
export type ThemeChoice = (typeof themeChoices)[number];

/** What a person can have in the status line of the chat, in its order. */
export const statusFields = ['model', 'context', 'tokens', 'cost', 'speed', 'quota'] as const;
export type StatusField = (typeof statusFields)[number];

/** For a status line without anything in it: a setting cannot be empty. */
export const noStatusFields = 'none';

export const motionChoices = ['full', 'reduced'] as const;
export const switchChoices = ['on', 'off'] as const;

/** A check for a setting that is one of a few words. */
export function checkChoice(choices: readonly string[]): SettingCheck {
  return (value) => (choices.includes(value) ? undefined : `must be one of ${choices.join(', ')}`);
}

export function checkStatusLine(value: string): string | undefined {
  if (value === noStatusFields) return undefined;
  const unknown = splitFields(value).find((field) => !isStatusField(field));
  return unknown === undefined
    ? undefined
    : `cannot show ${unknown}: it is ${noStatusFields}, or some of ${statusFields.join(',')}`;
}

/** The fields of a valid setting, each once and in their own order. */
export function parseStatusLine(value: string): StatusField[] {
  const chosen = splitFields(value);
  return statusFields.filter((field) => chosen.includes(field));
}

/** What programs make of a variable that switches something on: any word but a few does. */
export function readSwitch(text: string): (typeof switchChoices)[number] {
  return /^(?:0|off|no|false)$/i.test(text) ? 'off' : 'on';
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
