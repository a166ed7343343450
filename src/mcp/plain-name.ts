const maxName = 80;

/** The name of a server or a prompt as a word of a command or a mention, `server:name`, that a person types. */
export function toPlainName(name: string): string {
  return name.slice(0, maxName).replace(/[^\p{L}\p{N}_.-]/gu, '_');
}
