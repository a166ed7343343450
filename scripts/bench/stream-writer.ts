/** One server-sent event to be. */
export type Message = { event: string | undefined; data: string };

/** Writes a reply as Copilot does in one dialect: each member gives the messages of one part of it. */
export type StreamWriter = {
  begin(): Message[];
  think(deltas: string[]): Message[];
  say(deltas: string[]): Message[];
  /** The deltas are pieces of the arguments. */
  call(deltas: string[]): Message[];
  end(): Message[];
};

/** What seals and ids look like: base64 of this many characters, the same for the same number. */
export function createSeal(number: number, length: number): string {
  let seal = '';
  for (let part = 0; seal.length < length; part += 1) {
    seal += Buffer.from(Math.imul(number * 8 + part + 1, 0x9e3779b1).toString(36)).toString('base64url');
  }
  return seal.slice(0, length);
}
