import { expect, it } from 'vitest';
import { createSaidText, textBeginning } from '../../../src/dialects/responses/read-output.ts';

it.each<[what: string, pieces: string[], text: string, isSaid: boolean]>([
  ['the same', ['Hi', ' you'], 'Hi you', true],
  ['the same in other pieces', ['H', 'i y', '', 'ou'], 'Hi you', true],
  ['longer', ['Hi'], 'Hi you', true],
  ['anything after nothing', [], 'Hi', true],
  ['shorter', ['Hi'], 'H', false],
  ['another at its beginning', ['Hi'], 'Ho', false],
  ['the same characters in another order', ['ab', 'ba'], 'baab', false],
  ['nothing after something', ['Hi'], '', false],
  ['beyond ASCII', ['Grüße ', '世界 🎉'], 'Grüße 世界 🎉!', true],
  ['cut inside a character', ['\ud83c', '\udf89'], '🎉', true],
])('a finished text is known if it begins with what was said: %s', (_, pieces, text, isSaid) => {
  const said = createSaidText();
  for (const piece of pieces) said.add(piece);
  expect(said.isSaidBy(text, textBeginning)).toBe(isSaid);
});

it('a text is compared from a mark on', () => {
  const said = createSaidText();
  said.add('One. ');
  const start = said.mark();
  expect(said.isSaidBy('', start)).toBe(true);
  said.add('Tw');
  said.add('o.');
  expect(said.isSaidBy('Two. Three.', start)).toBe(true);
  expect(said.isSaidBy('One. Two.', start)).toBe(false);
  expect(said.isSaidBy('One. Two.', textBeginning)).toBe(true);
  expect(said.mark().length - start.length).toBe(4);
});

it('the end holds two characters, however short the pieces are', () => {
  const said = createSaidText();
  expect(said.end()).toBe('');
  for (const piece of ['ab', '\n', '\n']) said.add(piece);
  expect(said.end().endsWith('\n\n')).toBe(true);
});
