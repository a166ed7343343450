// Plays the scenes in an emulated terminal against the simulator, and writes what is on the screen to docs/screenshots:
// `npm run screenshots -- [PICTURE]`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '../test/agents/install.ts';
import { looks } from './screenshots/looks.ts';
import { readPicture } from './screenshots/read-picture.ts';
import { scenes } from './screenshots/scenes.ts';
import { shootScene } from './screenshots/shoot.ts';

const folder = 'docs/screenshots';
const [only] = process.argv.slice(2);

mkdirSync(folder, { recursive: true });
for (const scene of scenes) {
  const names = scene.steps.flatMap((step) => ('shoot' in step ? step.shoot : []));
  if (only !== undefined && !names.includes(only)) continue;
  if (scene.agent && isMissing(scene.agent, false)) {
    console.log(
      `${names.join(', ')}: left as it is, because ${scene.agent.name} is not installed (npm run test:agents)`,
    );
    continue;
  }
  for (const look of looks.filter(({ name }) => scene.looks.includes(name))) {
    for (const { name, svg } of await shootScene(scene, look)) {
      const path = join(folder, name);
      const isNew =
        !existsSync(path) || String(readPicture(readFileSync(path, 'utf8'))) !== String(readPicture(svg));
      if (isNew) writeFileSync(path, svg);
      console.log(`${path} ${isNew ? `${(svg.length / 1024).toFixed(1)} KB` : 'is up to date'}`);
    }
  }
}
