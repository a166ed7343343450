import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createNoise } from '../attachments/images.ts';
import { createCli } from '../helpers/cli.ts';
import { createFolder } from '../helpers/folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The built program as npm installs it: beside its dependencies, without the package that it can do without. */
function installWithoutSharp(): string {
  const folder = createFolder();
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== 'sharp' && !name.startsWith('.'))
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  return join(folder, 'bin', 'copilot-cli.js');
}

it('sends an image that fits without sharp, and names the package where an image must be made smaller', async () => {
  const cli = await createCli();
  await cli.signIn();
  const program = installWithoutSharp();
  const noise = createNoise({ width: 1600, height: 1300 });
  const cwd = createFolder({
    'big.png': await noise.png().toBuffer(),
    'small.png': await createNoise({ width: 20, height: 20 }).png().toBuffer(),
  });
  const ask = (file: string) =>
    new Promise<{ code: number; stderr: string }>((resolve) => {
      const argv = [program, 'chat', '-m', 'claude-sonnet-4.6', '-a', file, 'what is it?'];
      const child = execFile(process.execPath, argv, { cwd, env: cli.env }, (error, _, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stderr }),
      );
      child.stdin?.end();
    });
  expect(await ask('small.png')).toMatchObject({ code: 0 });
  const refused = await ask('big.png');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /needs the package sharp\. Install it beside copilot-cli \(npm install --global sharp\), or save the image as a smaller JPEG or PNG first\.\n$/,
  );
  expect(cli.simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});
