import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFinder } from '../../src/attachments/found.ts';
import { refuseSecretsOutside, resolveMentions } from '../../src/chat/resolve-mentions.ts';
import type { Model } from '../../src/copilot/model.ts';
import { toTyped } from '../../src/prompt-text.ts';
import { createFolder } from '../helpers/folder.ts';
import { hintSaying } from '../helpers/hint-matcher.ts';

const key = '-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n';

/** A home, with the current folder in it. */
function createPlace(resources: string[] = []) {
  const home = createFolder({
    'todo.txt': 'todo',
    'deploy.txt': key,
    '.ssh/id_rsa': key,
    'work/notes.txt': 'notes',
    'work/docs:guide:/a/b/x.txt': 'x',
  });
  const names = { has: (name: string) => resources.includes(name), read: () => Promise.reject() };
  return { home, cwd: join(home, 'work'), configFolder: join(home, 'config'), resources: names };
}

function resolve(prompt: string, resources: string[] = [], place = createPlace(resources)) {
  return resolveMentions(toTyped(prompt), {
    ...place,
    finder: createFinder(place.cwd),
    env: {},
    model: { id: 'm', abilities: [] as string[] } as Model,
    onNotice: () => {},
  });
}

it.each(['docs:guide://v2/../../../../todo.txt', 'docs:guide://a/b/../../../../todo.txt'])(
  'a resource of a server is no file, whatever its address looks like: %s',
  async (name) => {
    const mentioned = await resolve(`explain @${name}`, [name]);
    expect(mentioned).toMatchObject({ resources: [name], texts: [] });
  },
);

it('a folder that is not there leads to no file', async () => {
  const mentioned = await resolve('explain @nothing/../../todo.txt and @nothing/../notes.txt');
  expect(mentioned.texts).toEqual([]);
  expect(mentioned.omissions).toHaveLength(2);
  expect((await resolve('explain @../todo.txt and @./notes.txt')).texts).toEqual([
    '../todo.txt',
    './notes.txt',
  ]);
});

it.each(['~/.ssh/id_rsa', '../.ssh/id_rsa', '~/deploy.txt', '../deploy.txt'])(
  'words of a command line bring no secret from outside of the folder: %s',
  async (name) => {
    const refused = refuseSecretsOutside(toTyped(`fix: @${name}`), createPlace());
    await expect(refused).rejects.toThrow(`@${name} is not sent: it is outside of this folder`);
  },
);

it.each(['~/todo.txt', 'notes.txt', '../work/notes.txt', 'none.txt'])(
  'and anything else: %s',
  async (name) => {
    await expect(refuseSecretsOutside(toTyped(`see @${name}`), createPlace())).resolves.toBeUndefined();
  },
);

it.each([
  ['see @h:x://gone', 'h:x://gone: no resource of a running server'],
  ['see @"h:x://a b", please', 'h:x://a b: no resource of a running server'],
  ['@docs:guide:v2', 'docs:guide:v2: no resource of a running server'],
  ['see @src/gone.ts', 'src/gone.ts: no such file'],
  ['see @c:/gone.ts', 'c:/gone.ts: no such file'],
])('a mention that names nothing is told as what it looks like: %s', async (prompt, sentence) => {
  const { omissions } = await resolve(prompt);
  expect(omissions.map((one) => one.sentence)).toEqual([sentence]);
});

it('a mention is a file where no server is asked', async () => {
  const { resources: _, ...place } = createPlace();
  const { omissions } = await resolveMentions(toTyped('see @h:x://gone'), {
    ...place,
    finder: createFinder(place.cwd),
    env: {},
    model: { id: 'm', abilities: [] as string[] } as Model,
    onNotice: () => {},
  });
  expect(omissions).toMatchObject([{ sentence: 'h:x://gone: no such file' }]);
});

describe.skipIf(process.platform !== 'linux')('a mention of a name that is not UTF-8', () => {
  const place = () => {
    const created = createPlace();
    for (const name of ['n\xe9.txt', 'd\xe9'])
      writeFileSync(Buffer.concat([Buffer.from(`${created.cwd}/`), Buffer.from(name, 'latin1')]), 'old');
    return created;
  };

  it.each(['n\ufffd.txt', './n\ufffd.txt', 'd\ufffd', '~/work/n\ufffd.txt'])(
    'sends nothing, and says what to do: %s',
    async (name) => {
      await expect(resolve(`see @${name}.`, [], place())).rejects.toMatchObject({
        message: `@${name} is not sent: its name is damaged or not UTF-8`,
        hint: hintSaying('Nothing was sent. Rename it. To send the name as text, leave out the "@".'),
      });
    },
  );

  it('is one of nothing if there is no such name', async () => {
    const { omissions } = await resolve('see @gone/n\ufffd.txt and @m\ufffd.txt', [], place());
    expect(omissions).toEqual([
      { sentence: 'gone/n\ufffd.txt: no such file', isWarning: true },
      { sentence: 'm\ufffd.txt: no such file', isWarning: true },
    ]);
  });
});
