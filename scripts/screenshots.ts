// Plays the scenes in an emulated terminal against the simulator, and writes what is on the screen to docs/screenshots.
import { mkdirSync, statSync } from 'node:fs';
import { scenes } from './screenshots/scenes.ts';
import { shootScene } from './screenshots/shoot.ts';

const folder = 'docs/screenshots';
const [only] = process.argv.slice(2);

mkdirSync(folder, { recursive: true });
for (const scene of scenes) {
  const isWanted = only === undefined || scene.steps.some((step) => 'shoot' in step && step.shoot === only);
  if (!isWanted) continue;
  for (const theme of scene.themes) {
    for (const path of await shootScene(scene, theme, folder)) {
      console.log(`${path} ${(statSync(path).size / 1024).toFixed(1)} KB`);
    }
  }
}
