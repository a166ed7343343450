import { describe, expect, it } from 'vitest';
import { richDocument } from './documents.ts';
import { renderPainted, renderPlain } from './render.ts';

/** After a change that is meant, look at the difference and write the new text into the file: `vitest run -u` does. */
describe('a document with one of nearly everything', () => {
  it.each([80, 40])('looks as it is written down at %i columns', async (columns) => {
    await expect(`${renderPlain(richDocument, columns)}\n`).toMatchFileSnapshot(`golden/rich-${columns}.txt`);
  });

  it('looks as it is written down with colours and links', async () => {
    await expect(`${renderPainted(richDocument, 60)}\n`).toMatchFileSnapshot('golden/rich-painted.txt');
  });
});
