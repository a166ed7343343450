import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createReplCli, readComposer, startRepl } from '../../helpers/repl-emulator.ts';
import { findLastUserText } from '../../simulator/answer/user-text.ts';
import { toRecord } from '../../simulator/json.ts';

describe('completion in the chat', () => {
  it('lists commands while one is typed, and models behind the command', async () => {
    const cli = await createReplCli();
    const { chat: emulator } = await startRepl({ cli });
    emulator.type('/mode');
    await emulator.waitForScreen(/^› \/model +choose the model$/m);
    emulator.press('tab');
    await emulator.waitForScreen(/^ {2}claude-opus-5 +1M/m);
    emulator.type('claude-opus');
    await emulator.waitForScreen(/^› claude-opus-4\.6 +1M[\s\S]*Enter runs \/model claude-opus-4\.6/m);
    emulator.press('down');
    await emulator.waitForScreen(/^› claude-opus-5 +1M[\s\S]*^› \/model claude-opus-5$/m);
    emulator.press('enter');
    await emulator.waitForScreen(/From now on claude-opus-5 answers/);
  });

  it('lists at most eight, and the composer stays in its row while they get fewer', {
    tags: 'deep',
  }, async () => {
    const cli = await createReplCli();
    const { chat: emulator } = await startRepl({ cli });
    emulator.type('/');
    await emulator.waitForScreen('› /model [model]');
    expect(emulator.screen().filter((row) => /^[› ] \/\S+ {2}/.test(row))).toHaveLength(8);
    const { row } = emulator.cursor();
    emulator.type('he');
    await emulator.waitForScreen((rows) => rows.filter((line) => /^[› ] \/\S+ {2}/.test(line)).length === 1);
    expect(emulator.cursor()).toEqual({ row, column: 5, visible: true });
    emulator.press('escape');
    await emulator.waitForScreen((rows) => !rows.some((line) => /^[› ] \/\S+ {2}/.test(line)));
    expect(readComposer(emulator)).toEqual(['› /he']);
  });

  it('finds files by their names, and sends their content', { tags: 'deep' }, async () => {
    const cli = await createReplCli();
    mkdirSync(join(cli.home, 'src/my docs'), { recursive: true });
    writeFileSync(join(cli.home, 'src/my docs/the notes.txt'), 'The answer is 42.');
    const { chat: emulator } = await startRepl({ cli });
    emulator.type('read @notes');
    await emulator.waitForScreen('  src/my docs/the notes.txt');
    emulator.press('tab');
    await emulator.waitForScreen('› read @"src/my docs/the notes.txt"');
    emulator.type('and ~ @~/src');
    await emulator.waitForScreen('  ~/src/');
    emulator.press('tab');
    await emulator.waitForScreen('  ~/src/my docs/');
    emulator.press('escape');
    await emulator.waitForScreen((rows) => !rows.includes('  ~/src/my docs/'));
    emulator.press('enter');
    await cli.simulator.waitForRequest('/chat/completions');
    const body = toRecord(cli.simulator.requestsTo('/chat/completions')[0]?.body);
    expect(findLastUserText(body)).toContain('The answer is 42.');
  });

  it('suggests the nearest command, and puts the typed text back', async () => {
    const cli = await createReplCli();
    const { chat: emulator } = await startRepl({ cli });
    emulator.type('/modle gpt-5-mini');
    emulator.press('enter');
    await emulator.waitForScreen(/There is no command \/modle; did you mean \/model\?/);
    await emulator.waitForScreen(() => readComposer(emulator)[0] === '› /modle gpt-5-mini');
    emulator.press('ctrl+c');
    emulator.type('/edit 7');
    emulator.press('enter');
    await emulator.waitForScreen('This conversation has no prompts yet');
    await emulator.waitForScreen(() => readComposer(emulator)[0] === '› /edit 7');
    expect(cli.simulator.requestsTo('/chat/completions')).toHaveLength(0);
  });
});
