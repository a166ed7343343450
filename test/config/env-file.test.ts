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

const { signal } = new AbortController();
const onWarning = (): void => {};

describe('a file of variables', () => {
  it.each<[what: string, text: string, env: Record<string, string>]>([
    ['plain values', 'A=1\nB=two words\n', { A: '1', B: 'two words' }],
    ['quotes', 'A="1"\nB=\'two # words\'\n', { A: '1', B: 'two # words' }],
    ['comments and blank lines', '# A=1\n\nB=2 # two\n', { B: '2' }],
    ['"export" in front', 'export A=1\n', { A: '1' }],
    ['lines that end in CRLF', 'A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['an equals sign in the value', 'A=b=c\n', { A: 'b=c' }],
    ['nothing', '', {}],
  ])('is read with %s', async (_, text, env) => {
    expect(await addEnvFile({}, writeEnvFile(text), { signal, onWarning })).toEqual(env);
  });

  it('does not change what is set already, empty or not', async () => {
    const path = writeEnvFile('A=file\nB=file\nC=file\n');
    expect(await addEnvFile({ A: 'set', B: '', D: 'own' }, path, { signal, onWarning })).toEqual({
      A: 'set',
      B: '',
      C: 'file',
      D: 'own',
    });
  });

  it('leaves the environment itself alone', async () => {
    const env = { A: '1' };
    await addEnvFile(env, writeEnvFile('B=2\n'), { signal, onWarning });
    expect(env).toEqual({ A: '1' });
  });

  it('that a Windows editor began with a byte-order mark has its first variable, too', async () => {
    expect(await addEnvFile({}, writeEnvFile('\ufeffA=1\nB=2\n'), { signal, onWarning })).toEqual({
      A: '1',
      B: '2',
    });
  });

  it.each([
    ['is missing', join(folder, 'none', '.env')],
    ['is a folder', folder],
  ])('that %s is an error of configuration that names it', async (_, path) => {
    const error = await addEnvFile({}, path, { signal, onWarning }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CliError);
    expect(error).toMatchObject({ code: 'config', message: expect.stringContaining(path) });
  });
});
