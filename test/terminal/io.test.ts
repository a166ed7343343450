import { describe, expect, it } from 'vitest';
import { paint, type Style } from '../../src/terminal/io.ts';
import { createMemoryIo } from '../helpers/memory-io.ts';

describe('painted text', () => {
  it.each<[Style, on: string, off: string]>([
    ['bold', '1', '22'],
    ['dim', '2', '22'],
    ['red', '31', '39'],
    ['green', '32', '39'],
    ['yellow', '33', '39'],
    ['cyan', '36', '39'],
  ])('begins and ends its style: %s', (style, on, off) => {
    const { io } = createMemoryIo({ colour: true });
    expect(paint(io.stdout, style, 'x')).toBe(`\u001b[${on}mx\u001b[${off}m`);
  });

  it('is as it was if colour is not wanted', () => {
    expect(paint(createMemoryIo({ stdoutIsTerminal: true }).io.stdout, 'red', 'x')).toBe('x');
  });

  it('is nothing if there is nothing to paint', () => {
    expect(paint(createMemoryIo({ colour: true }).io.stdout, 'red', '')).toBe('');
  });
});
