import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { addEnvFile } from '../../src/config/env-file.ts';
import { CliError } from '../../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeEnvFile(text: string): string {
  const path = join(folder, '.env');
  writeFileSync(path, text);
  return path;
}

describe('a file of variables', () => {
  it.each<[what: string, text: string, env: Record<string, string>]>([
    ['plain values', 'A=1\nB=two words\n', { A: '1', B: 'two words' }],
    ['quotes', 'A="1"\nB=\'two # words\'\n', { A: '1', B: 'two # words' }],
    ['comments and blank lines', '# A=1\n\nB=2 # two\n', { B: '2' }],
    ['"export" in front', 'export A=1\n', { A: '1' }],
    ['lines that end in CRLF', 'A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['an equals sign in the value', 'A=b=c\n', { A: 'b=c' }],
    ['nothing', '', {}],
  ])('is read with %s', (_, text, env) => {
    expect(addEnvFile({}, writeEnvFile(text))).toEqual(env);
  });

  it('does not change what is set already, empty or not', () => {
    const path = writeEnvFile('A=file\nB=file\nC=file\n');
    expect(addEnvFile({ A: 'set', B: '', D: 'own' }, path)).toEqual({ A: 'set', B: '', C: 'file', D: 'own' });
  });

  it('leaves the environment itself alone', () => {
    const env = { A: '1' };
    addEnvFile(env, writeEnvFile('B=2\n'));
    expect(env).toEqual({ A: '1' });
  });

  it('that a Windows editor began with a byte-order mark has its first variable, too', () => {
    expect(addEnvFile({}, writeEnvFile('\ufeffA=1\nB=2\n'))).toEqual({ A: '1', B: '2' });
  });

  it.each([
    ['is missing', join(folder, 'none', '.env')],
    ['is a folder', folder],
  ])('that %s is an error of configuration that names it', (_, path) => {
    const read = (): unknown => addEnvFile({}, path);
    expect(read).toThrow(CliError);
    expect(read).toThrow(expect.objectContaining({ code: 'config', message: expect.stringContaining(path) }));
  });
});
