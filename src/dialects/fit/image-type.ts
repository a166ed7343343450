/** The types that the models of Copilot see, with the bytes that their files begin with, a character a byte. */
const beginnings: readonly (readonly [type: string, beginning: RegExp])[] = [
  ['image/png', /^\x89PNG/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
];
/** Names that callers give these types, and that Claude refuses. */
const aliases: Record<string, string> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
};
/** In base64: enough for the longest beginning. */
const headLength = 24;

/** The media type of an image by its bytes, given in base64; the stated one if the bytes are of no known type. Claude refuses a wrong one. */
export function findImageType(stated: string, data: string): string {
  const head = Buffer.from(data.slice(0, headLength), 'base64').toString('latin1');
  const known = beginnings.find(([, beginning]) => beginning.test(head));
  const plain = stated.trim().toLowerCase();
  return known?.[0] ?? aliases[plain] ?? plain;
}

/** Whether the models see images of this type. */
export function isSeen(mediaType: string): boolean {
  return beginnings.some(([type]) => type === mediaType);
}
