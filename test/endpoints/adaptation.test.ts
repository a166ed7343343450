import { describe, expect, it } from 'vitest';
import { adapt, parseAdaptation } from '../../src/endpoints/adaptation.ts';

const change = (body: unknown, adaptation: object): unknown =>
  adapt(body, parseAdaptation(adaptation, 'request'));

describe('an adaptation', () => {
  it.each([
    ['renames a field', { rename: { a: 'b' } }, { a: 1, c: 2 }, { b: 1, c: 2 }],
    ['renames a field inside', { rename: { 'x.a': 'b' } }, { x: { a: 1 } }, { x: { b: 1 } }],
    [
      'renames in every item of a list',
      { rename: { 'l.*.a': 'b' } },
      { l: [{ a: 1 }, 2] },
      { l: [{ b: 1 }, 2] },
    ],
    ['leaves a field that has the new name', { rename: { a: 'b' } }, { a: 1, b: 2 }, { b: 2 }],
    ['renames nothing that is not there', { rename: { a: 'b' } }, { c: 1 }, { c: 1 }],
    ['drops fields', { drop: ['a', 'x.b'] }, { a: 1, x: { b: 1, c: 2 } }, { x: { c: 2 } }],
    ['drops in every item', { drop: ['l.*.a'] }, { l: [{ a: 1, b: 2 }, { a: 3 }] }, { l: [{ b: 2 }, {}] }],
    ['drops one item', { drop: ['l.1'] }, { l: [1, 2, 3] }, { l: [1, 3] }],
    ['drops all fields', { drop: ['x.*'] }, { x: { a: 1 } }, { x: {} }],
    ['fills in what is missing', { default: { a: 1, b: 2 } }, { a: 0, b: null }, { a: 0, b: 2 }],
    ['sets what is there and what is not', { set: { a: 1, b: 2 } }, { a: 0 }, { a: 1, b: 2 }],
    ['makes the objects on the way', { set: { 'x.y.z': 1 } }, {}, { x: { y: { z: 1 } } }],
    ['sets in every item', { set: { 'l.*.a': 1 } }, { l: [{}, { a: 2 }] }, { l: [{ a: 1 }, { a: 1 }] }],
    ['does not make a text an object', { set: { 'x.y': 1 } }, { x: 'text' }, { x: 'text' }],
    ['maps the name of the model', { models: { a: 'b' } }, { model: 'a' }, { model: 'b' }],
    [
      'maps it inside events',
      { models: { a: 'b' } },
      { message: { model: 'a' } },
      { message: { model: 'b' } },
    ],
    ['maps no other name', { models: { a: 'b' } }, { model: 'constructor' }, { model: 'constructor' }],
    [
      'goes on in its order: rename, drop, default, set, models',
      { models: { y: 'z' }, set: { model: 'y' }, default: { b: 1 }, drop: ['b'], rename: { a: 'b' } },
      { a: 5, model: 'x' },
      { b: 1, model: 'z' },
    ],
  ])('%s', (_, adaptation, body, expected) => {
    const before = JSON.stringify(body);
    expect(change(body, adaptation)).toEqual(expected);
    expect(JSON.stringify(body)).toBe(before);
  });

  it.each([null, 5, 'text', [1], true])('leaves %j as it is', (body) => {
    expect(change(body, { rename: { a: 'b' }, drop: ['a'], default: { a: 1 } })).toEqual(body);
  });

  it('reaches no prototype', () => {
    for (const path of ['__proto__.x', 'constructor.prototype.x', 'a.__proto__']) {
      expect(() => parseAdaptation({ set: { [path]: 1 } }, 'request')).toThrow('has no path');
      expect(() => parseAdaptation({ drop: [path] }, 'request')).toThrow('has no path');
    }
    expect(() => parseAdaptation({ rename: { a: '__proto__' } }, 'request')).toThrow('is not allowed');
  });
});
