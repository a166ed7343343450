import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPlain } from '../../attachments/images.ts';
import type { Cli } from '../../helpers/cli.ts';
import { createReplCli, startRepl } from '../../helpers/repl-emulator.ts';
import { writeScript } from '../../helpers/write-script.ts';

/** A clipboard with an image in it, and a folder for temporary files. */
async function createClipboard(cli: Cli): Promise<Record<string, string>> {
  writeFileSync(join(cli.home, 'clip.png'), await createPlain({ width: 128, height: 72 }).png().toBuffer());
  writeScript(cli.home, 'xclip', `cat ${join(cli.home, 'clip.png')}`);
  return { DISPLAY: ':9', PATH: `${cli.home}:${cli.env.PATH}`, TMPDIR: cli.home };
}

const isOurs = (name: string): boolean => name.startsWith('copilot-cli-');

describe('an image', () => {
  it('is pasted by Ctrl+V, waits in the panel, and is sent with the next prompt', async () => {
    const cli = await createReplCli();
    const { chat: emulator } = await startRepl({
      cli,
      env: await createClipboard(cli),
      model: 'claude-haiku-4.5',
    });
    emulator.press('ctrl+v');
    await emulator.waitForScreen('[Image #1, 128×72]');
    const folder = join(cli.home, readdirSync(cli.home).find(isOurs) ?? '');
    expect(statSync(folder).mode & 0o077).toBe(0);
    emulator.type('what is it?');
    emulator.press('enter');
    await cli.simulator.waitForRequest('/v1/messages');
    expect(JSON.stringify(cli.simulator.requestsTo('/v1/messages')[0]?.body)).toContain(
      '"media_type":"image/png"',
    );
    await emulator.waitForScreen(
      (rows) => !rows.some((row) => row.startsWith('[Image')) && !rows.join().includes('Esc stops'),
    );
    emulator.press('ctrl+d');
    expect(await emulator.exitCode).toBe(0);
    expect(existsSync(folder)).toBe(false);
  });

  it('is attached if its file is dropped on the terminal, and detached by Ctrl+C', {
    tags: 'deep',
  }, async () => {
    const cli = await createReplCli();
    const { chat: emulator } = await startRepl({ cli, env: await createClipboard(cli) });
    writeFileSync(
      join(cli.home, 'my shot.png'),
      await createPlain({ width: 20, height: 10 }).png().toBuffer(),
    );
    emulator.paste(`${cli.home}/my\\ shot.png `);
    await emulator.waitForScreen('[my shot.png, 20×10]');
    await emulator.waitForScreen('kimi-k2.7-code does not read images');
    emulator.paste('');
    await emulator.waitForScreen('[my shot.png, 20×10] [Image #1, 128×72]');
    emulator.press('ctrl+c');
    await emulator.waitForScreen(
      (rows) =>
        !rows.join().includes('128×72]') &&
        rows.includes('· No longer attached: my shot.png, 20×10, Image #1, 128×72.'),
    );
    emulator.paste(`'${cli.home}/my shot.png' ${cli.home}/my\\ shot.png`);
    await emulator.waitForScreen('[my shot.png, 20×10] [my shot.png, 20×10]');
    emulator.press('ctrl+c');
    writeFileSync(join(cli.home, 'fake.png'), 'no image');
    emulator.paste(`${cli.home}/fake.png`);
    await emulator.waitForScreen(/› .*\/fake\.png/);
  });

  it('that is missing or cannot be read is reported', { tags: 'deep' }, async () => {
    const cli = await createReplCli();
    const env = await createClipboard(cli);
    writeScript(cli.home, 'xclip', 'exit 1');
    const { chat: emulator } = await startRepl({ cli, env });
    emulator.press('ctrl+v');
    await emulator.waitForScreen('There is no image in the clipboard');
    const { chat: remote } = await startRepl({ cli, env: { WAYLAND_DISPLAY: 'wayland-0', PATH: cli.home } });
    remote.press('ctrl+v');
    await remote.waitForScreen(/wl-paste, which is not here/);
  });
});
