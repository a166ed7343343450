import { expect, it } from 'vitest';
import { createUnlistedModel } from '../../src/copilot/model.ts';
import { findWindow } from '../../src/copilot/window.ts';

it.each([
  [400_000, 272_000, 272_000],
  [200_000, undefined, 200_000],
  [undefined, 128_000, 128_000],
  [undefined, undefined, undefined],
])('a model of %s tokens, %s of them for the prompt, takes in %s', (contextTokens, promptTokens, window) => {
  expect(findWindow({ ...createUnlistedModel('model'), contextTokens, promptTokens })).toBe(window);
});
