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

  it('stays a word of a command that it is dropped into, and the command runs with it', async () => {
    const cli = await createReplCli();
    const { chat } = await startRepl({ cli, env: await createClipboard(cli), model: 'claude-haiku-4.5' });
    const path = join(cli.home, 'clip.png');
    chat.type('!echo GOT ');
    chat.paste(path);
    chat.press('enter');
    await chat.waitForScreen(new RegExp(`^GOT ${path}$`, 'm'));
    await chat.waitForScreen(/^\[!echo GOT [^[]+ tokens\] Backspace drops the last$/m);
    chat.type('/rename ');
    chat.paste('clip.png');
    await chat.waitForScreen(/^› \/rename clip\.png$/m);
    chat.press('enter');
    await chat.waitForScreen('This conversation is now called clip.png.');
    chat.type('/export ');
    chat.paste(path);
    await chat.waitForScreen('In a command the path is text');
    chat.press('ctrl+c');
    await chat.waitForScreen((rows) => !rows.join().includes('/export'));
    // In a prompt it is attached, and a name that no terminal drops is a word.
    chat.type('rename the file ');
    chat.paste('clip.png');
    await chat.waitForScreen(/^› rename the file clip\.png$/m);
    chat.type(' beside ');
    await chat.waitForScreen(/^› rename the file clip\.png beside$/m);
    chat.paste(`${path} `);
    await chat.waitForScreen(/^\[!echo GOT [^[]+\] \[clip\.png, 128×72\]/m);
    await chat.waitForScreen(/^› rename the file clip\.png beside$/m);
    chat.press('enter');
    await cli.simulator.waitForRequest('/v1/messages');
    const body = JSON.stringify(cli.simulator.requestsTo('/v1/messages')[0]?.body);
    expect(body).toContain('rename the file clip.png beside');
    expect(body).toContain('"media_type":"image/png"');
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
