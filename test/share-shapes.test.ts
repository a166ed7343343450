import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';

// A script of the build has no types.
const { shareShapes }: { shareShapes(code: string): string } = await import(
  String(new URL('../scripts/commonjs.mjs', import.meta.url))
);

const changed: [string, string][] = [
  ['x={...a,b:1}', 'x={...null,...a,b:1}'],
  ['x={...a,...b}', 'x={...null,...a,...b}'],
  ['x={...a,b:{...c,get d(){return 1}}}', 'x={...null,...a,b:{...null,...c,get d(){return 1}}}'],
  ['f({...{...a,b:1},c})', 'f({...null,...{...null,...a,b:1},c})'],
  ['x="é"+{...a,b:1}.b', 'x="é"+{...null,...a,b:1}.b'],
];
const unchanged = [
  'x={...a}',
  'x={b:1,...a}',
  'x={}',
  'var{b,...c}=a',
  '({b,...c}=a)',
  'function f({b,...c}){}',
  'f(...a,b)',
  'x=[...a,b]',
  'x="{...a,b:1}"',
  'x=/{...a,b}/',
];

describe('shareShapes', () => {
  it.each(changed)('lets %s begin with nothing', (code, expected) => {
    expect(shareShapes(code)).toBe(expected);
  });

  it.each(unchanged)('leaves %s as it is', (code) => {
    expect(shareShapes(code)).toBe(code);
  });

  it.each([
    '{...a,x:1}',
    '{...a,...b}',
    '{...undefined,...b}',
    '{..."ab",x:1}',
    '{...JSON.parse(\'{"__proto__":{"evil":1}}\'),x:1}',
    '{...{get x(){return 3}},y:1}',
  ])('makes the same object of %s', (literal) => {
    const globals = { a: { x: 5, y: 6 }, b: { y: 7, 3: 4 } };
    const code = `const made=(${literal});JSON.stringify([Object.getOwnPropertyDescriptors(made),Object.keys(made),Object.getPrototypeOf(made)===Object.prototype])`;
    const plain = runInNewContext(code, { ...globals });
    expect(plain).toContain('true');
    expect(runInNewContext(shareShapes(code), { ...globals })).toBe(plain);
  });
});
