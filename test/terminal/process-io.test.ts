import { describe, expect, it } from 'vitest';
import type { ColourChoice } from '../../src/terminal/io.ts';
import { wantsColour } from '../../src/terminal/process-io.ts';

type Env = Record<string, string>;

describe('colour', () => {
  it.each<[name: string, choice: ColourChoice, env: Env, isTerminal: boolean, wanted: boolean]>([
    ['is on where the stream is a terminal', 'auto', {}, true, true],
    ['is off where it is none', 'auto', {}, false, false],
    ['is off on a dumb terminal', 'auto', { TERM: 'dumb' }, true, false],
    ['is on with another TERM', 'auto', { TERM: 'xterm-256color' }, true, true],
    ['is off with NO_COLOR', 'auto', { NO_COLOR: '1' }, true, false],
    ['is off with NO_COLOR, whatever its value', 'auto', { NO_COLOR: '0' }, true, false],
    ['does not mind an empty NO_COLOR', 'auto', { NO_COLOR: '' }, true, true],
    ['is on with FORCE_COLOR', 'auto', { FORCE_COLOR: '1' }, false, true],
    ['is on with FORCE_COLOR on a dumb terminal', 'auto', { FORCE_COLOR: '3', TERM: 'dumb' }, true, true],
    ['is off with FORCE_COLOR=0', 'auto', { FORCE_COLOR: '0' }, true, false],
    ['is off with FORCE_COLOR=false', 'auto', { FORCE_COLOR: 'false' }, true, false],
    ['does not mind an empty FORCE_COLOR', 'auto', { FORCE_COLOR: '' }, false, false],
    ['obeys NO_COLOR before FORCE_COLOR', 'auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['obeys the flag before NO_COLOR', 'always', { NO_COLOR: '1' }, false, true],
    ['obeys the flag before the stream', 'always', { TERM: 'dumb' }, false, true],
    ['obeys the flag before FORCE_COLOR', 'never', { FORCE_COLOR: '1' }, true, false],
  ])('%s', (_, choice, env, isTerminal, wanted) => {
    expect(wantsColour(choice, env, isTerminal)).toBe(wanted);
  });
});
