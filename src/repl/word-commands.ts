/** Words that people type in other programs to leave or to get help, and the command that does it here. */
export const wordCommands: Readonly<Record<string, string>> = {
  exit: '/exit',
  quit: '/exit',
  ':q': '/exit',
  bye: '/exit',
  help: '/help',
  q: '/exit',
  '?': '/keys',
};

/** Words that leave other programs or clear their screen, and what does it here. Nobody asks a model this. */
export const foreignWords: Readonly<Record<string, string>> = {
  logout: '/exit leaves, /logout forgets the sign-in',
  clear: 'Ctrl+L draws the screen again, /new begins a new conversation',
  cls: 'Ctrl+L draws the screen again, /new begins a new conversation',
  ':wq': '/exit leaves',
  ':q!': '/exit leaves',
  ':x': '/exit leaves',
  'quit()': '/exit leaves',
  'exit()': '/exit leaves',
  'exit;': '/exit leaves',
  'quit;': '/exit leaves',
  'exit.': '/exit leaves',
  'quit.': '/exit leaves',
  '/exit/': '/exit leaves',
};

/** All words that mean something only if they are typed. */
export const typedWords: readonly string[] = [...Object.keys(wordCommands), ...Object.keys(foreignWords)];
