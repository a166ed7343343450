import type { Theme } from '../terminal/theme.ts';

/** How things look on this terminal, as far as a person or the terminal decides it. */
export type Look = {
  theme: Theme;
  /** Whether addresses can be followed by a click. */
  links: boolean;
  /** False where a person does not want things to move. */
  motion: boolean;
};
