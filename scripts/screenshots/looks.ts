import type { ThemeName } from './palette.ts';

/** A terminal and the wish of its owner, in the way that programs learn of both. */
export type Look = { name: string; theme: ThemeName; env: Record<string, string> };

export const looks: readonly Look[] = [
  { name: 'dark', theme: 'dark', env: {} },
  { name: 'light', theme: 'light', env: { COLORFGBG: '0;15' } },
  { name: 'no-color', theme: 'dark', env: { NO_COLOR: '1' } },
];
