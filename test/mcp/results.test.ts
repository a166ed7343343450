import { describe, expect, it } from 'vitest';
import { toOutcome } from '../../src/mcp/results.ts';

describe('a result of a server', () => {
  it.each([0, 5, 20, 39])(
    'has no half of a token where it is cut, %s characters before the cut',
    (before) => {
      const token = `ghu_${'a1B2'.repeat(9)}`;
      const text = `${'x '.repeat(200_000)}${token} ${'y'.repeat(75_000 - before)}`;
      const outcome = toOutcome({ content: [{ type: 'text', text }] });
      const [part] = outcome.parts;
      const shown = part?.type === 'text' ? part.text : '';
      expect(shown).toMatch(/characters in the middle are left out/);
      expect(shown).not.toContain('B2a1');
    },
  );
});
