/**
 * What hides in a text, or makes a person read another than a program: control characters, marks that turn the direction, characters without
 * width, blanks that are none for a shell, separators of lines, and halves of characters.
 */
const hidden = new RegExp(
  '[\\0-\\x08\\x0b-\\x1f\\x7f-\\xa0\\xad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f\\u2000-\\u200f\\u2028-\\u202f' +
    '\\u205f-\\u206f\\u2800\\u3000\\u3164\\ufeff\\uffa0\\ufe00-\\ufe0e\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}\\p{Surrogate}]',
  'gu',
);

const tabWidth = 4;

/** Names everything that hides: `⟪U+202E⟫`. Line feeds stay, and tabs become blanks. Nothing is left that could drive a terminal. */
export function showHidden(text: string): string {
  return text
    .replaceAll('\t', ' '.repeat(tabWidth))
    .replace(hidden, (character) => `⟪U+${toHex(character)}⟫`);
}

function toHex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
