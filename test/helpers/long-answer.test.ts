import { describe, expect, it } from 'vitest';
import { createLongAnswer } from './long-answer.ts';

describe('the long answer', () => {
  it.each([1_000, 200_000, 2_000_000])('has about %i bytes', (bytes) => {
    const size = Buffer.byteLength(createLongAnswer(bytes));
    expect(size).toBeGreaterThanOrEqual(bytes);
    expect(size).toBeLessThan(bytes + 2_000);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(createLongAnswer(5_000, 7)).toBe(createLongAnswer(5_000, 7));
    expect(createLongAnswer(5_000, 7)).not.toBe(createLongAnswer(5_000, 8));
  });

  it.each([
    ['headings', /^## \d/m],
    ['nested lists', /^ {2}- /m],
    ['numbered lists', /^3\. /m],
    ['tables', /^\| :--- \|/m],
    ['code', /^```typescript\n[^`]+\n```$/m],
    ['code in another language', /^```python$/m],
    ['quotes', /^> /m],
    ['links', /\[the \w+\]\(https:/],
    ['emphasis', /\*\*a strong word\*\*/],
    ['Chinese', /一致性/],
    ['emoji of several code points', /👩‍💻/],
  ])('has %s', (_, pattern) => {
    expect(createLongAnswer(20_000)).toMatch(pattern);
  });

  it('closes every block of code', () => {
    const fences = createLongAnswer(50_000).match(/^```/gm) ?? [];
    expect(fences.length).toBeGreaterThan(20);
    expect(fences.length % 2).toBe(0);
  });
});
