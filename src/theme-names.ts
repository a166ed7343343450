export const themeNames = [
  'dark',
  'light',
  'dark-high-contrast',
  'light-high-contrast',
  'ansi',
  'none',
] as const;
export type ThemeName = (typeof themeNames)[number];
