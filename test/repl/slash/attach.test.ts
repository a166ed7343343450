import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exchangeAtEach, exchangeForLink } from '../../helpers/exchanges.ts';
import { createFolder } from '../../helpers/folder.ts';
import { createTestRepl } from '../../helpers/repl-app.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const files = { 'a.txt': 'The text of a.', 'two words.txt': 'More.', 'src/x.ts': 'let x;', 'dot.png': png };

describe('/attach', () => {
  it('attaches files to the next prompt only', async () => {
    const repl = await createTestRepl({ files });
    await repl.run('/attach a.txt "two words.txt" dot.png src');
    expect(repl.take()).toMatch(/Attached a\.txt\..*Attached two words\.txt\..*dot\.png\..*src, 1 file\./s);
    await repl.run('/attach');
    expect(repl.take()).toMatch(/^ {2}a\.txt\n {2}two words\.txt\n {2}dot\.png\n {2}src\n/m);
    await repl.run('What are these?');
    const sent = JSON.stringify(repl.modelCalls()[0]?.body);
    for (const text of ['The text of a.', 'More.', 'let x;', png.toString('base64')])
      expect(sent).toContain(text);
    repl.take();
    await repl.run('/attach');
    expect(repl.take()).toContain('Nothing is attached.');
  });

  it('attaches a file with spaces in its name without quotes', async () => {
    const repl = await createTestRepl({ files });
    await repl.run('/attach two words.txt');
    expect(repl.take()).toContain('Attached two words.txt.');
  });

  it('says at once which file is missing or cannot be sent, and then attaches nothing', async () => {
    const repl = await createTestRepl({ files: { ...files, 'b.bin': new Uint8Array([0, 1, 2, 0]) } });
    await repl.run('/attach a.txt b.txt');
    expect(repl.take()).toMatch(/There is no file b\.txt[\s\S]*None of these is attached\./);
    await repl.run('/attach c.txt');
    expect(repl.take()).not.toContain('None of these');
    await repl.run('/attach b.bin');
    expect(repl.take()).toContain('b.bin is not a text file');
    // It is named as it was typed, not as a sentence begins.
    writeFileSync(join(repl.cwd, 'makefile'), Buffer.from([0, 1, 2, 0]));
    await repl.run('/attach makefile');
    expect(repl.take()).toContain('makefile is not a text file');
    expect(repl.app.session.attachments).toEqual([]);
  });

  it('drops what is attached', async () => {
    const repl = await createTestRepl({ files });
    await repl.run('/attach a.txt');
    await repl.run('/attach none');
    await repl.run('Hi');
    expect(JSON.stringify(repl.modelCalls()[0]?.body)).not.toContain('The text of a.');
  });

  it('keeps the attachments of a prompt that failed', async () => {
    const repl = await createTestRepl({ files });
    await repl.run('/attach a.txt');
    for (const path of ['/chat/completions', '/responses', '/v1/messages'])
      repl.simulator.faults.add({ path, status: 400, times: 1 });
    await repl.run('What is this?');
    expect(repl.app.session.attachments).toEqual([
      { type: 'files', spec: 'a.txt', isOfDraft: true, returnedWith: 'What is this?' },
    ]);
    expect(repl.app.state.draft.text).toBe('What is this?');
  });
});

describe.runIf(process.platform !== 'win32')('what another program exchanges while it is attached', () => {
  it.each([
    ['text', 'a.txt', 'let x;', 'far.bin', 'not a text file'],
    ['an image', 'a.png', png, 'far.png', 'the image is damaged'],
  ])('is not looked into elsewhere: %s', async (_, name, content, far, sign) => {
    const outside = createFolder({ 'far.bin': 'a\0b', 'far.png': png.subarray(0, 12) });
    const repl = await createTestRepl();
    let round = 0;
    const results = await exchangeAtEach({
      create: () => {
        round += 1;
        mkdirSync(join(repl.cwd, String(round)));
        writeFileSync(join(repl.cwd, `${round}/${name}`), content);
        return `${round}/${name}`;
      },
      exchange: (path) => exchangeForLink(join(repl.cwd, path), join(outside, far)),
      use: async (path) => {
        await repl.run(`/attach ${path}`);
        return repl.take();
      },
    });
    expect(results.join('\n')).not.toContain(sign);
    expect(results.join('\n')).toContain('cannot be read: something else has taken its place');
    expect(results.at(-1)).toContain(`Attached ${round}/${name}.`);
  });
});

describe.runIf(process.platform !== 'win32')('an image behind a link of the folder', () => {
  const pdf = '%PDF-1.4\n%%EOF\n';
  const create = async () => {
    const repl = await createTestRepl({
      files: {
        '.gitignore': 'ign/',
        '.hid/pic.png': png,
        'ign/pic.png': png,
        'ign/doc.pdf': pdf,
        'docs/pic.png': png,
        'docs/sub/x': '',
      },
      repl: { model: 'gpt-5-mini' },
    });
    mkdirSync(join(repl.cwd, '.git'));
    for (const [name, target] of Object.entries({
      'far.png': join(createFolder({ 'pic.png': png }), 'pic.png'),
      'docs/h.png': '../.hid/pic.png',
      'docs/i.png': '../ign/pic.png',
      'docs/i.pdf': '../ign/doc.pdf',
      ig: 'ign',
      'near.png': 'docs/pic.png',
    }))
      symlinkSync(target, join(repl.cwd, name));
    return repl;
  };

  it.each([
    ['far.png', 'is outside of this folder'],
    ['docs/h.png', 'is hidden'],
    ['docs/i.png', 'is ignored by git'],
    ['docs/i.pdf', 'is ignored by git'],
    ['ig/pic.png', 'is ignored by git'],
  ])('is neither attached nor sent: %s', async (path, place) => {
    const repl = await create();
    await repl.run(`/attach ${path}`);
    expect(repl.take()).toMatch(new RegExp(`${path} is a link to .*, which ${place}`, 'i'));
    expect(repl.app.session.attachments).toEqual([]);
    repl.app.session.attach({ type: 'media', path });
    await repl.run('What is this?');
    expect(repl.take()).toMatch(new RegExp(`${path} is a link to .*, which ${place}`, 'i'));
    expect(repl.modelCalls()).toEqual([]);
  });

  it('is sent if the link hides nothing, or if it is named itself', async () => {
    const repl = await create();
    for (const path of ['near.png', 'ign/pic.png', '.hid/pic.png']) {
      await repl.run(`/attach ${path}`);
      await repl.run('What is this?');
      expect(JSON.stringify(repl.modelCalls().at(-1)?.body)).toContain(png.toString('base64'));
    }
    expect(repl.modelCalls()).toHaveLength(3);
  });

  it('of this program is not attached as text, either', async () => {
    const repl = await create();
    const path = join(repl.context.configFolder, 'notes.json');
    mkdirSync(repl.context.configFolder, { recursive: true });
    writeFileSync(path, '{"token": "SECRET"}');
    symlinkSync(repl.context.configFolder, join(repl.home, 'conf'));
    await repl.run(`/attach ${join(repl.home, 'conf/notes.json')}`);
    expect(repl.take()).toMatch(/notes\.json is a link to .*, which looks like a file of secrets/);
  });
});

describe('a model that sees no images', () => {
  const blind = { repl: { model: 'kimi-k2.7-code' }, files: { ...files, 'other.png': png } };

  it('is said to be one when it is chosen with an image attached, which is named', async () => {
    const repl = await createTestRepl({ ...blind, repl: { model: 'gpt-5-mini' } });
    await repl.run('/attach dot.png');
    expect(repl.take()).not.toContain('does not read');
    await repl.run('/model kimi-k2.7-code');
    expect(repl.take()).toContain('kimi-k2.7-code does not read images or documents (dot.png)');
  });

  it('is told of once for all images of a prompt, with the way to one that does', async () => {
    const repl = await createTestRepl(blind);
    await repl.run('see @dot.png and @other.png');
    const shown = repl.take();
    expect(shown.match(/Choose another model with \/model/g)).toHaveLength(1);
    expect(shown).not.toContain('Type another');
    expect(repl.modelCalls()).toEqual([]);
  });

  it('is told of once where earlier images are left out, not with each answer', async () => {
    const repl = await createTestRepl({ ...blind, repl: { model: 'gpt-5-mini' }, answer: { text: 'Hi.' } });
    await repl.run('see @dot.png');
    await repl.run('/model kimi-k2.7-code');
    repl.take();
    for (const prompt of ['one', 'two']) await repl.run(prompt);
    expect(repl.take().match(/Images and documents are left out/g)).toHaveLength(1);
  });
});
