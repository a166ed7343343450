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
