import { describe, expect, it } from 'vitest';
import { createReplCli, startRepl } from '../../helpers/repl-emulator.ts';
import { writeScript } from '../../helpers/write-script.ts';

describe.skipIf(process.platform === 'win32')('!command', () => {
  it.each([
    ['the alternate screen', '\\033[?1049h\\033[10;5Hdrawn'],
    ['a hidden cursor, and colours', '\\033[?25l\\033[31;44m'],
    ['reports of the mouse and of the focus', '\\033[?1003h\\033[?1006h\\033[?1004h'],
    ['application keys, a held frame and a screen of two rows', '\\033[?1h\\033[?2026h\\033[3;4r\\033[9;1H'],
    ['line drawing, and lines that do not wrap', '\\033(0\\033[?7l'],
  ])('that leaves %s behind does the chat no harm', async (_, sequences) => {
    const cli = await createReplCli({ answer: { text: 'quux '.repeat(40) } });
    const script = writeScript(cli.home, 'leave', `printf '${sequences}'; exit 3`);
    const { chat, say, waitForAnswer } = await startRepl({ cli });
    const before = chat.modes();
    say(`!${script}`);
    await chat.waitForScreen(/^Exit code 3\.$[\s\S]*^›$/m);
    expect(chat.modes()).toEqual(before);
    say('hello');
    await waitForAnswer(/(?:quux ?)+\n(?:quux ?)+\n[\s\S]*^›$/m);
    const row = chat.screen().findIndex((text) => text.startsWith('quux'));
    expect(chat.cell(row, 0)).toMatchObject({ text: 'q', foreground: 'default', background: 'default' });
    expect(chat.screen().join('\n')).toContain('› hello');
  });

  it('leaves what stood on the screen before where it was', async () => {
    const cli = await createReplCli({ answer: { text: 'An answer.' } });
    const script = writeScript(cli.home, 'leave', "printf '\\033[?1049h\\033[2J\\033[10;5Hdrawn'; exit 3");
    const { chat, say, waitForAnswer } = await startRepl({ cli });
    say('hello');
    await waitForAnswer('An answer.');
    say(`!${script}`);
    await chat.waitForScreen(/^› hello\n\nAn answer\.\n\n› !.*leave$[\s\S]*^Exit code 3\.$[\s\S]*^›$/m);
    expect(chat.screen().join('\n')).not.toContain('drawn');
  });
});
