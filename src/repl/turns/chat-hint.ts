/** What a hint says to somebody in a shell, and what stands for it here. The first that fits a place wins. */
const replacements: readonly (readonly [RegExp, string])[] = [
  [/\bRun: copilot-cli login\b(?! -)/g, 'Type /login'],
  [/\bcopilot-cli chat -m\b/g, '/model'],
  [/\bcopilot-cli (models|status|sessions|login)(?: list)?\b(?! [a-z-])/g, '/$1'],
  [
    /\banother model with -m; copilot-cli models --ability vision lists those that see\b/g,
    'another one with /model, which tells those with vision',
  ],
  [/\banother model with -m\b/g, 'another one with /model'],
  [/\bwith -[af]\b/g, 'with /attach'],
  [/\bRun again with --debug\b/g, 'Start the chat again with --debug'],
  [/^(?:Ask again|Allow more with --idle-timeout)\./, '/retry asks again.'],
  // The rest is for the shell, which can be reached from here.
  [/(?<![\w/!-])copilot-cli (?=[a-z])/g, '!copilot-cli '],
];

/** Words a hint for the chat: nobody has to leave it for what it can do itself. */
export function toChatHint(hint: string): string {
  return replacements.reduce((text, [shell, here]) => text.replace(shell, here), hint);
}
