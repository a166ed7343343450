import { describe, expect, it } from 'vitest';
import { editFile, loadEditor, parseFile } from '../../src/clients/edit-file.ts';
import type { Edit, FileFormat } from '../../src/clients/setup.ts';

async function edit(format: FileFormat, text: string, ...edits: Edit[]): Promise<string> {
  return editFile(await loadEditor(format), { path: `file.${format}`, text }, edits);
}

const set = (path: string, value: unknown): Edit => ({ kind: 'set', path: path.split('.'), value });

describe('a change of JSON', () => {
  it('keeps comments, commas behind the last item and the layout', async () => {
    const text = '// mine\n{\n    "a": 1, // one\n    "env": {"B": "2",},\n}\n';
    const changed = await edit('json', text, set('env.C', '3'));
    expect(changed).toContain('// mine\n{\n    "a": 1, // one\n');
    const editor = await loadEditor('json');
    expect(editor.parse(changed)).toEqual({ a: 1, env: { B: '2', C: '3' } });
    expect(await edit('json', changed, set('env.C', undefined))).toContain('"B": "2"');
  });

  it('uses the tabs and line ends of the file', async () => {
    expect(await edit('json', '{\r\n\t"a": 1\r\n}\r\n', set('b.c', 2))).toBe(
      '{\r\n\t"a": 1,\r\n\t"b": {\r\n\t\t"c": 2\r\n\t}\r\n}\r\n',
    );
  });

  it('is refused if a text stands in the place of a section', async () => {
    await expect(edit('json', '{"env": "none"}', set('env.A', '1'))).rejects.toThrow(
      'file.json: env.A cannot be changed: env is not a section',
    );
  });
});

describe('a change of TOML', () => {
  it('sets a value in its line and keeps the comment behind it', async () => {
    expect(await edit('toml', '# c\nmodel = "a" # mine\n\n[t]\nmodel = "b"\n', set('model', 'x'))).toBe(
      '# c\nmodel = "x" # mine\n\n[t]\nmodel = "b"\n',
    );
  });

  it('adds values before the first table, and tables at the end', async () => {
    const text = 'a = """\n[no.table]\n"""\nlist = [\n  "]", # x [\n]\n[t]\nb = 1';
    const changed = await edit('toml', text, set('model', 'x'), set('p.own.k', 'v'), set('p.own.l', 'w'));
    expect(changed).toBe(
      'a = """\n[no.table]\n"""\nlist = [\n  "]", # x [\n]\nmodel = "x"\n[t]\nb = 1\n\n[p.own]\nk = "v"\nl = "w"\n',
    );
  });

  it('adds a value to a table that is there, and removes it again', async () => {
    const text = '[p.own]\nk = 1\n\n# about q\n[q]\n';
    const changed = await edit('toml', text, set('p.own.l', 'w'));
    expect(changed).toBe('[p.own]\nk = 1\nl = "w"\n\n# about q\n[q]\n');
    expect(await edit('toml', changed, set('p.own.l', undefined))).toBe(text);
  });

  it('keeps line ends, numbers of any size and dates', async () => {
    const text = 'big = 9007199254740993\r\nday = 2026-01-02\r\nf = 1.0\r\n';
    expect(await edit('toml', text, set('model', 'x'))).toBe(`${text}model = "x"\r\n`);
  });

  it('is refused if a table stands in the place of a value', async () => {
    await expect(edit('toml', 'model = { a = 1 }\n', set('model', 'x'))).rejects.toThrow(
      'file.toml: model cannot be changed: it is not a plain value',
    );
  });

  it('keeps the mark at the beginning of a file', async () => {
    expect(await edit('toml', '\ufeffa = 1\n', set('model', 'x'))).toBe('\ufeffa = 1\nmodel = "x"\n');
  });

  it('is refused if lines cannot be added to the table', async () => {
    await expect(edit('toml', 'p = { q = { a = 1 } }\n', set('p.own.k', 'v'))).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('p.own.k cannot be changed'),
    });
  });
});

describe('a change of YAML', () => {
  const list = (...ids: string[]): Edit => ({
    kind: 'list',
    path: ['models'],
    name: 'id',
    items: ids.map((id) => ({ id: `copilot-cli/${id}` })),
  });

  it('keeps comments, the order and what is quoted', async () => {
    const text = '# top\nb: "1" # one\n\na:\n- x # item\n';
    expect(await edit('yaml', text, set('c', 'd'))).toBe(`${text}c: d\n`);
  });

  it('puts our items behind the others, and later into their own place', async () => {
    const once = await edit('yaml', 'models:\n  - id: mine\n', list('a'));
    expect(once).toBe('models:\n  - id: mine\n  - id: copilot-cli/a\n');
    const between = `${once}  # the last\n  - id: other\n`;
    expect(await edit('yaml', between, list('b', 'c'))).toBe(
      'models:\n  - id: mine\n  - id: copilot-cli/b\n  - id: copilot-cli/c\n  # the last\n  - id: other\n',
    );
  });

  it('fills a file that has comments only', async () => {
    expect(await edit('yaml', '# nothing yet\n', set('a', 1))).toBe('# nothing yet\na: 1\n');
  });

  it('leaves the layout of all other lines as it is', async () => {
    const text = 'rules:\n- >\n  folded\n  text\n\n\nb:   [1,2]   # two\nmodels:\n- {id: x}\n# end\n';
    expect(await edit('yaml', text, list('a'), set('c', 1))).toBe(
      `${text.replace('- {id: x}\n', '- {id: x}\n- id: copilot-cli/a\n')}c: 1\n`,
    );
  });

  it('keeps the comment behind a value, and ends lines as the file does', async () => {
    expect(await edit('yaml', 'a: {b: 1} # mine\r\nc: 2', set('a', 'x'), set('d', 3))).toBe(
      'a: x # mine\r\nc: 2\r\nd: 3\r\n',
    );
  });

  it('leaves nothing but comments when the last key is removed', async () => {
    expect(await edit('yaml', '# mine\na: 1\n', set('a', undefined))).toBe('# mine\n');
    expect(await edit('yaml', 'b: 1\nmodels:\n  - id: copilot-cli/a\n', list())).toBe('b: 1\nmodels: []\n');
  });

  it.each([
    ['a mapping in braces', '{a: 1}\n', { a: 1 }],
    ['a list in brackets', 'models: [{id: x}]\n', { models: [{ id: 'x' }] }],
    ['a list in lines of its own', 'models:\n  -\n    id: x\n', { models: [{ id: 'x' }] }],
    ['a text of many lines', 'c: |\n  a\n  b', { c: 'a\nb' }],
    ['the end of the document', 'a: 1\n...\n', { a: 1 }],
  ])('says the same in another layout: %s', async (_, text, value) => {
    const editor = await loadEditor('yaml');
    const changed = await edit('yaml', text, set('c', 'd'), list('y'));
    const models = 'models' in value ? value.models : [];
    expect(editor.parse(changed)).toEqual({ ...value, c: 'd', models: [...models, { id: 'copilot-cli/y' }] });
  });

  it('changes a list in brackets between the brackets alone', async () => {
    const text = 'a:   1\nmodels: [{id: x}, # theirs\n  {id: y}]\n';
    const changed = await edit('yaml', text, list('b', 'c'));
    expect(changed).toBe(text.replace(']', ', {"id":"copilot-cli/b"}, {"id":"copilot-cli/c"}]'));
    const one = await edit('yaml', changed, list('d'));
    expect(one).toBe(text.replace(']', ', {"id":"copilot-cli/d"}]'));
    expect(await edit('yaml', changed, list())).toBe(text);
    expect(await edit('yaml', 'models: [{id: copilot-cli/a}, {id: copilot-cli/b}, x]\n', list())).toBe(
      'models: [x]\n',
    );
  });

  it('fills a key without a value, and a mapping in braces', async () => {
    expect(await edit('yaml', 'models:\nb: 1\n', list('a'))).toBe('models:\n- id: copilot-cli/a\nb: 1\n');
    expect(await edit('yaml', '{}\n', set('a', 1), set('b', 2), set('a', undefined))).toBe('{"b":2}\n');
  });

  it('is refused if there is no list', async () => {
    await expect(edit('yaml', 'models: none\n', list('a'))).rejects.toThrow('cannot be changed');
  });
});

describe('a list in JSON', () => {
  const list = (...names: string[]): Edit => ({
    kind: 'list',
    path: [],
    name: 'name',
    items: names.map((name) => ({ name: `${name} (copilot-cli)` })),
  });

  it('is begun in an empty file', async () => {
    expect(JSON.parse(await edit('json', '', list('a', 'b')))).toEqual([
      { name: 'a (copilot-cli)' },
      { name: 'b (copilot-cli)' },
    ]);
  });

  it('keeps the items and the comments of others, and replaces ours where they stand', async () => {
    const text =
      '[\n  // mine\n  { "name": "A" },\n  { "name": "old (copilot-cli)" },\n  { "name": "B" } // last\n]\n';
    const edited = await edit('json', text, list('a', 'b'));
    expect(edited).toMatch(/\/\/ mine.*\/\/ last/s);
    expect(edited.match(/"name": "([^"]*)"/g)).toEqual([
      '"name": "A"',
      '"name": "a (copilot-cli)"',
      '"name": "b (copilot-cli)"',
      '"name": "B"',
    ]);
  });

  it('stands in no settings, which are an object', async () => {
    await expect(edit('json', '[1]', set('a', 1))).rejects.toThrow('the file is not a section');
    await expect(edit('json', '{"a": 1}', list('a'))).rejects.toThrow('cannot be changed');
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['json', '{\n  "a": 1,\n  "b" 2\n}\n', 'file.json, line 3: colon expected'],
    ['toml', 'a = 1\nb = = 2\n', 'file.toml, line 2: '],
    ['yaml', 'a: 1\nb: [1\nc: 2\n', 'file.yaml, line 3: '],
    ['json', '3', 'file.json: it is not a JSON object'],
  ] as const)('is refused with the line: %s', async (format, text, message) => {
    const editor = await loadEditor(format);
    expect(() => parseFile(editor, { path: `file.${format}`, text })).toThrow(message);
  });
});
