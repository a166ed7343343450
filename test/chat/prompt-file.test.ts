import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPromptFile } from '../../src/chat/prompt-file.ts';
import { createFolder } from '../helpers/folder.ts';
import { hintSaying } from '../helpers/hint-matcher.ts';

const { signal } = new AbortController();
const schema = '{"type": "object", "title": "MINE"}';

/** A clone with templates of its own, one for each schema, and JSON files of the person's. */
function createClone(): string {
  const root = createFolder({
    '.git/HEAD': '',
    '.gitignore': 'ign/\nlocal.json\nsettings.local.json\n/own/\n',
    '.hid/s.json': schema,
    '.hid/settings.local.json': schema,
    'ign/s.json': schema,
    'ign/inner/.git/HEAD': '',
    'ign/inner/s.json': schema,
    'local.json': schema,
    'docs/s.json': schema,
    'credentials.json': schema,
    'own/templates/s.json': schema,
  });
  for (const [name, target] of Object.entries({
    'h.json': '.hid/s.json',
    'i.json': 'ign/s.json',
    'n.json': 'ign/inner/s.json',
    'c.json': 'credentials.json',
    near: 'docs',
  }))
    symlinkSync(target, join(root, name));
  return root;
}

const toOptions = (root: string) => ({
  cwd: root,
  templatesFolder: join(root, 'own/templates'),
  configFolder: join(root, 'own'),
  person: { home: root, env: {} },
  words: [],
  hasSchema: false,
  signal,
});

/** Opens a template that names this schema, and gives the title of the schema. */
async function open(root: string, template: string, path: string, more: object = {}): Promise<unknown> {
  writeFileSync(join(root, template), `---\nschema: ${path}\n---\nhi\n`);
  const opened = await openPromptFile(
    { source: template, isPath: true, values: [] },
    { ...toOptions(root), ...more },
  );
  return opened.checker?.schema;
}

describe.runIf(process.platform !== 'win32')('the schema of a template of a repository', () => {
  it.each([
    ['tpl.md', '.hid/s.json', 'is hidden'],
    ['tpl.md', 'h.json', 'is hidden'],
    ['tpl.md', 'ign/s.json', 'is ignored by git'],
    ['tpl.md', 'local.json', 'is ignored by git'],
    ['tpl.md', 'i.json', 'is ignored by git'],
    ['tpl.md', 'n.json', 'is ignored by git'],
    ['tpl.md', 'ign/inner/s.json', 'is ignored by git'],
    ['tpl.md', 'c.json', 'is a link to .*credentials\\.json, which looks like a file of secrets'],
    ['.hid/tpl.md', 'settings.local.json', 'is ignored by git'],
    ['ign/tpl.md', 's.json', 'is ignored by git'],
  ])('of %s is not %s, unless the person names it', async (template, path, reason) => {
    const root = createClone();
    await expect(open(root, template, path)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(new RegExp(`^the schema .* ${reason}$`)),
      hint: hintSaying(/, or pass one with --schema\./),
    });
    expect(await open(root, template, path, { hasSchema: true })).toBeUndefined();
  });

  it.each([
    ['tpl.md', 'docs/s.json'],
    ['tpl.md', 'near/s.json'],
    ['.hid/tpl.md', './s.json'],
    ['docs/tpl.md', 's.json'],
  ])('of %s may be %s', async (template, path) => {
    expect(await open(createClone(), template, path)).toMatchObject({ title: 'MINE' });
  });

  it("of one of the person's own templates may be ignored by git", async () => {
    const root = createClone();
    writeFileSync(join(root, 'own/templates/tpl.md'), '---\nschema: s.json\n---\nhi\n');
    const own = { source: 'tpl', isPath: false, values: [] };
    const opened = await openPromptFile(own, toOptions(root));
    expect(opened.checker?.schema).toMatchObject({ title: 'MINE' });
  });
});
