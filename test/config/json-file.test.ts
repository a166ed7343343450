import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createJsonFile, type JsonFile } from '../../src/config/json-file.ts';

let path: string;
let file: JsonFile;
let notices: string[];

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  path = join(folder, 'config', 'copilot-cli', 'things.json');
  notices = [];
  file = createJsonFile({ path, onNotice: (sentence) => notices.push(sentence) });
});

function place(text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const listFolder = (): string[] => readdirSync(dirname(path));
const modeOf = (of: string): string => (statSync(of).mode & 0o777).toString(8);
const readContent = (): unknown => JSON.parse(readFileSync(path, 'utf8'));

describe('a JSON file', () => {
  it('is an empty object where there is none, and reading makes none', () => {
    expect(file.read()).toEqual({});
    expect(existsSync(dirname(path))).toBe(false);
  });

  it('is seen as soon as another process has made, changed or removed it', async () => {
    const seen = [file.read()];
    for (const change of [() => place('{"a":1}'), () => place('{"a":22}'), () => rmSync(path)]) {
      change();
      await Promise.resolve();
      seen.push(file.read());
    }
    expect(seen).toEqual([{}, { a: 1 }, { a: 22 }, {}]);
  });

  it('gives back what was written', async () => {
    const content = {
      text: 'Grüße\n',
      number: 1.5,
      flag: false,
      none: null,
      deep: { list: [1, { a: 'b' }] },
    };
    await file.update(() => content);
    expect(file.read()).toEqual(content);
    expect(createJsonFile({ path, onNotice: () => {} }).read()).toEqual(content);
  });

  it('hands the present content to a change, and may lose keys by it', async () => {
    await file.update(() => ({ a: 1, b: 2 }));
    await file.update(({ a, ...rest }) => ({ ...rest, seen: a }));
    expect(readContent()).toEqual({ b: 2, seen: 1 });
  });

  it('takes keys with dots in them for what they are', async () => {
    await file.update(() => ({ 'gpt-5.4': { 'a.b': 1 } }));
    expect(readContent()).toEqual({ 'gpt-5.4': { 'a.b': 1 } });
  });

  it('leaves nothing beside it', async () => {
    await file.update(() => ({ a: 1 }));
    await file.update(() => ({ a: 2 }));
    expect(listFolder()).toEqual([basename(path)]);
  });

  it('stays as it was where the change fails, and can be changed again', async () => {
    await file.update(() => ({ a: 1 }));
    const failure = new Error('no');
    const failed = file.update(() => {
      throw failure;
    });
    await expect(failed).rejects.toBe(failure);
    expect(readContent()).toEqual({ a: 1 });
    await file.update(() => ({ a: 2 }));
    expect(readContent()).toEqual({ a: 2 });
    expect(listFolder()).toEqual([basename(path)]);
  });

  it('can be removed, and removed again', async () => {
    await file.update(() => ({ a: 1 }));
    await file.remove();
    expect(existsSync(path)).toBe(false);
    await file.remove();
    expect(file.read()).toEqual({});
  });

  it('is not brought back by a change that was under way when it was removed', async () => {
    let removed: Promise<void> | undefined;
    await file.update(() => {
      removed = file.remove();
      return { a: 1 };
    });
    await removed;
    expect(existsSync(path)).toBe(false);
    expect(listFolder()).toEqual([]);
  });

  it('is not written where a change gives nothing', async () => {
    await file.update(() => undefined);
    expect(existsSync(path)).toBe(false);
    place('{"a":1}');
    await file.update(() => undefined);
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}');
  });
});

describe('the mode of a JSON file', () => {
  it('is for the owner alone, and so is its folder', async () => {
    await file.update(() => ({ a: 1 }));
    expect([modeOf(path), modeOf(dirname(path))]).toEqual(['600', '700']);
  });

  it('is made narrow where file and folder were wider', async () => {
    place('{"a":1}');
    chmodSync(path, 0o666);
    chmodSync(dirname(path), 0o777);
    await file.update((content) => ({ ...content, b: 2 }));
    expect([modeOf(path), modeOf(dirname(path))]).toEqual(['600', '700']);
    expect(readContent()).toEqual({ a: 1, b: 2 });
  });

  it('does not change for a reader', () => {
    place('{"a":1}');
    chmodSync(path, 0o644);
    file.read();
    expect(modeOf(path)).toBe('644');
  });
});

describe('a broken JSON file', () => {
  const broken = ['{"a": 1', '', 'a: 1', '[1]', '"text"', 'null', '7'];

  it.each(broken)('of %j cannot be read, and stays where it is', (text) => {
    place(text);
    expect(() => file.read()).toThrow(
      expect.objectContaining({ name: 'CliError', code: 'config', message: expect.stringContaining(path) }),
    );
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(listFolder()).toEqual([basename(path)]);
  });

  it.each(broken)('of %j is set aside by a change, byte for byte, and the person is told', async (text) => {
    place(text);
    await file.update((content) => ({ ...content, b: 2 }));
    expect(readContent()).toEqual({ b: 2 });
    const kept = listFolder().filter((name) => name !== basename(path));
    expect(kept).toEqual([expect.stringMatching(/^things\.json\.bad-/)]);
    expect(readFileSync(join(dirname(path), kept[0] ?? ''), 'utf8')).toBe(text);
    expect(notices).toEqual([expect.stringContaining(kept[0] ?? '')]);
  });

  it('does not show what it holds, which may be a secret', () => {
    place('{"token": "CANARY');
    expect(() => file.read()).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('CANARY') }),
    );
  });

  it('is no reason to speak where it is not broken', async () => {
    place('{"a":1}');
    await file.update((content) => content);
    expect(notices).toEqual([]);
  });
});

describe('a path that cannot be used', () => {
  it('because it is a folder is an error of configuration for a reader', () => {
    mkdirSync(path, { recursive: true });
    expect(() => file.read()).toThrow(
      expect.objectContaining({
        code: 'config',
        message: `${path} cannot be read or written: it is a folder (EISDIR)`,
      }),
    );
  });

  it('because a file stands in the way is one for a writer', async () => {
    mkdirSync(dirname(dirname(path)), { recursive: true });
    writeFileSync(dirname(path), 'in the way');
    await expect(file.update(() => ({ a: 1 }))).rejects.toMatchObject({ name: 'CliError', code: 'config' });
    expect(readFileSync(dirname(path), 'utf8')).toBe('in the way');
  });
});
