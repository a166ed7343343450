import { describe, expect, it } from 'vitest';
import { readValues } from '../../../src/repl/slash/prompt-values.ts';

const prompt = {
  arguments: ['city', 'state'].map((name) => ({ name, description: undefined, isRequired: true })),
};

describe('the values of a prompt of a server', () => {
  it.each([
    ['', {}],
    ['Paris', { city: 'Paris' }],
    ['Paris  Texas', { city: 'Paris', state: 'Texas' }],
    ['"New York" state=NY', { city: 'New York', state: 'NY' }],
    ['state="New York" Albany', { city: 'Albany', state: 'New York' }],
    ['Paris in  the "heat"', { city: 'Paris', state: 'in  the "heat"' }],
    ['"a=b"', { city: 'a=b' }],
    ['a==b', { city: 'a==b' }],
    ['https://x.test/?a=b', { city: 'https://x.test/?a=b' }],
    ['Paris x=1', { city: 'Paris', state: 'x=1' }],
    ['state= Paris', { city: 'Paris', state: '' }],
    ['"open', { city: '"open' }],
    ['"a"b', { city: '"a"b' }],
  ])('are read from %j', (words, expected) => {
    expect(readValues(words, prompt)).toEqual(expected);
  });

  it('are all text where there is one argument', () => {
    const sole = { arguments: prompt.arguments.slice(0, 1) };
    expect(readValues('New York, "the city"\nor state', sole)).toEqual({
      city: 'New York, "the city"\nor state',
    });
  });

  it.each(['contry=France', 'city=Paris contry=France', 'city=a state=b c'])('are refused in %j', (words) => {
    expect(() => readValues(words, prompt)).toThrow(/^the prompt (?:has no argument|takes no further)/);
  });
});
