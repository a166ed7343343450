import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { looks } from '../../scripts/screenshots/looks.ts';
import { readPicture } from '../../scripts/screenshots/read-picture.ts';
import { type Scene, scenes } from '../../scripts/screenshots/scenes.ts';
import { shootScene, toFileName } from '../../scripts/screenshots/shoot.ts';
import { isMissing } from '../agents/install.ts';
import { describeOverlapping } from '../helpers/overlapping.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'docs', 'screenshots');

const played = scenes.flatMap((scene) =>
  looks
    .filter(({ name }) => scene.looks.includes(name))
    .map((look) => ({ scene, look, names: listNames(scene).map((name) => toFileName(name, look)) })),
);

function listNames({ steps }: Scene): string[] {
  return steps.flatMap((step) => ('shoot' in step ? step.shoot : []));
}

function readFile(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

describeOverlapping('the pictures in docs/screenshots', () => {
  it('are those of the scenes, and no others', () => {
    expect(readdirSync(folder).sort()).toEqual(played.flatMap(({ names }) => names).sort());
  });

  it.each(played)('show the line that a person types: $names', ({ scene, names }) => {
    for (const name of names) {
      const text = readFile(name).replace(/&(quot|gt|lt|amp);/g, (entity) => entities[entity] ?? entity);
      for (const line of scene.lines) expect(text).toContain(line);
    }
  });

  it.each(played)('are small, and need nothing from elsewhere: $names', ({ names }) => {
    for (const name of names) {
      const svg = readFile(name);
      expect(svg.length).toBeLessThan(20_000);
      expect(svg).not.toMatch(/<script|<image|@import|url\(/);
    }
  });

  it('are all shown by the README or by docs/look.md', () => {
    const texts = ['README.md', 'docs/look.md'].map((name) => readFileSync(join(root, name), 'utf8')).join();
    expect(readdirSync(folder).filter((name) => !texts.includes(name))).toEqual([]);
  });

  it.each([
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ])('are there, and described in words, where %s shows them', (document) => {
    const text = readFileSync(join(root, document), 'utf8');
    const sources = [...text.matchAll(/screenshots\/([\w-]+\.svg)/g)].map(([, name]) => name);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(sources));
    const words = [...text.matchAll(/<img alt="([^"]*)"|!\[([^\]]*)\]/g)].map(
      ([, html, markdown]) => html ?? markdown,
    );
    for (const alt of words) expect(String(alt).split(' ').length).toBeGreaterThan(4);
  });

  const [pipe] = played.filter(({ names }) => names.includes('pipe-dark.svg'));

  it.each(pipe ? [pipe] : [])('show what the program shows: $names', compare);

  it.for(played.filter((one) => one !== pipe))(
    'show what the program shows: $names',
    { tags: 'deep', timeout: 60_000 },
    async ({ scene, look, names }, { skip }) => {
      skip(scene.agent !== undefined && isMissing(scene.agent, false), 'the agent is not installed');
      await compare({ scene, look, names });
    },
  );
});

const entities: Record<string, string> = { '&quot;': '"', '&gt;': '>', '&lt;': '<', '&amp;': '&' };

async function compare({ scene, look, names }: (typeof played)[number]): Promise<void> {
  const shots = await shootScene(scene, look);
  expect(shots.map(({ name }) => name)).toEqual(names);
  for (const { name, svg } of shots)
    expect(readPicture(svg), `${name}: npm run screenshots draws it again`).toEqual(
      readPicture(readFile(name)),
    );
}
