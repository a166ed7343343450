import { describe, expect, it } from 'vitest';
import { formatApplied, formatUndone } from '../../src/clients/format-outcome.ts';

const machine = { home: '/home/ada', env: {} };
const path = '/home/ada/.codex/config.toml';

describe('what was written', () => {
  it('is told with the lines that went and came, and where the old file is', () => {
    const outcome = {
      path,
      state: 'changed' as const,
      backup: `${path}.before-copilot-cli`,
      lines: [
        { kind: 'removed' as const, text: 'model = "o3"' },
        { kind: 'added' as const, text: 'model = "gpt-5.5"' },
      ],
    };
    expect(formatApplied([outcome], machine)).toBe(
      [
        '~/.codex/config.toml is changed:',
        '- model = "o3"',
        '+ model = "gpt-5.5"',
        'What it was is kept in ~/.codex/config.toml.before-copilot-cli.',
        '',
      ].join('\n'),
    );
  });

  it('is told in one line where there was nothing to do', () => {
    const outcome = { path, state: 'unchanged' as const, backup: undefined, lines: [] };
    expect(formatApplied([outcome], machine)).toBe('~/.codex/config.toml says all of this already.\n');
  });
});

describe('what was undone', () => {
  it.each([
    ['restored', [], 'is what it was before.'],
    ['removed', [], 'is removed; it was not there before.'],
    ['gone', [], 'is no longer there; nothing was to be undone.'],
    ['taken-back', [], 'was changed by somebody since; only what copilot-cli wrote is taken back.'],
    ['taken-back', ['model'], 'These have other values now, and stay: model.'],
  ] as const)('is told: %s', (state, left, words) => {
    expect(formatUndone([{ path, state, left: [...left] }], machine)).toMatch(
      new RegExp(`^~/.codex/config.toml .*${words.replaceAll('.', '\\.')}\n$`),
    );
  });
});
