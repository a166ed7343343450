/** The themes that there are. A person can name each of them in the settings. */
export const themeNames = [
  'dark',
  'light',
  'dark-high-contrast',
  'light-high-contrast',
  'ansi',
  'none',
] as const;
export type ThemeName = (typeof themeNames)[number];
