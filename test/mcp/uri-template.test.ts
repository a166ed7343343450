import { describe, expect, it } from 'vitest';
import { matchTemplate } from '../../src/mcp/uri-template.ts';

const dynamic = 'demo://text/{id}';

describe('an address that follows a template', () => {
  it.each([
    [dynamic, 'demo://text/7', { isWhole: true, open: { name: 'id', value: '7', lead: 'demo://text/' } }],
    [dynamic, 'demo://text/', { isWhole: false, open: { value: '' } }],
    [dynamic, 'demo://t', { isWhole: false, open: undefined, next: 'demo://text/' }],
    [dynamic, 'demo://text/7/8', undefined],
    [dynamic, 'file:///a', undefined],
    [
      'db://{table}/{row}',
      'db://users/4',
      { isWhole: true, values: { table: 'users' }, open: { name: 'row' } },
    ],
    ['db://{table}/rows', 'db://users/r', { isWhole: false, open: undefined, next: 'db://users/rows' }],
    ['db://{table}/rows', 'db://users/rows', { isWhole: true, values: { table: 'users' } }],
    ['file:///{+path}', 'file:///a/b.txt', { isWhole: true }],
    ['web://find{?q,page}', 'web://find', { isWhole: true }],
    ['web://find{?q,page}', 'web://find?q=1', { isWhole: true }],
    ['{a}{b}', 'xy', { isWhole: false }],
    ['x'.repeat(3000), 'x', undefined],
  ])('%s: %s', (template, uri, expected) => {
    const match = matchTemplate(template, uri);
    if (expected === undefined) expect(match).toBeUndefined();
    else expect(match).toMatchObject(expected);
  });

  it('is found in linear time, whatever the template is', () => {
    const began = performance.now();
    matchTemplate(`${'{a}b'.repeat(400)}c`, `${'b'.repeat(100_000)}`);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
