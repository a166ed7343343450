import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
    expect(repl.app.session.attachments).toEqual([{ type: 'files', spec: 'a.txt' }]);
    expect(repl.app.state.draft.text).toBe('What is this?');
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
