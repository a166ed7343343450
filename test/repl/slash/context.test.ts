import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toObject, toText } from '../../../src/json-value.ts';
import { loadTokenCounter } from '../../../src/tokens/token-counter.ts';
import { answerInTurn, callTools } from '../../helpers/answers.ts';
import { chatModel } from '../../helpers/cli.ts';
import { createTestRepl, type TestRepl } from '../../helpers/repl-app.ts';
import { createModel } from '../../simulator/copilot/create-model.ts';

/** What the model was told as its system prompt in its last request. */
function readSystem(repl: TestRepl): string {
  return JSON.stringify(toObject(repl.modelCalls().at(-1)?.body));
}

describe('/context', () => {
  it('shows what fills the window, by kinds', async () => {
    const repl = await createTestRepl({
      files: { 'AGENTS.md': 'Use tabs, never spaces.', 'a.txt': 'words '.repeat(300) },
      answer: { text: 'An answer.' },
      repl: { system: 'Be brief.' },
    });
    await repl.run('What is in @a.txt?');
    repl.take();
    await repl.run('/context');
    const text = repl.take();
    for (const kind of ['system prompt', 'instructions', 'your words', 'files', 'answers', 'free'])
      expect(text).toMatch(new RegExp(`^${kind} +~\\d+ +<?[\\d.]+ %$`, 'm'));
    // What little there is, is not nothing.
    expect(text).not.toMatch(/~[1-9]\d* +0 %/);
    expect(text).not.toContain('images');
    expect(Number(/^files +~(\d+)/m.exec(text)?.[1])).toBeGreaterThan(300);
    expect(text).toMatch(/^\[█░{39}\] ~\S+ %$/m);
    expect(text).toMatch(/^\S+, \d+k tokens of \d+k; the others are for the answer$/m);
    expect(text).toMatch(/The service counted \d+ tokens in and \d+ out/);
    expect(text).not.toContain('/compact');
  });

  it('has a row for the summary that stands for earlier turns', async () => {
    const repl = await createTestRepl({
      answer: { text: 'An answer of some words.' },
      repl: { model: 'gpt-5-mini' },
    });
    for (const words of ['one', 'two', 'three']) await repl.run(words);
    await repl.run('/compact', 'y');
    repl.take();
    await repl.run('/context');
    const text = repl.take();
    expect(Number(/^summary +~(\d+)/m.exec(text)?.[1])).toBeGreaterThan(10);
    const answers = Number(/^answers +~(\d+)/m.exec(text)?.[1]);
    await repl.run('/compact undo');
    repl.take();
    await repl.run('/context');
    const whole = repl.take();
    expect(whole).not.toMatch(/^summary/m);
    expect(Number(/^answers +~(\d+)/m.exec(whole)?.[1])).toBe((answers / 2) * 3);
  });

  it('does not count a prompt that failed, which is not sent again', async () => {
    const repl = await createTestRepl({ answer: { text: 'An answer.' }, repl: { model: 'gpt-5-mini' } });
    await repl.run('hello');
    repl.take();
    await repl.run('/context');
    const before = repl.take();
    repl.simulator.faults.add({ path: '/responses', status: 400, times: 1 });
    await repl.run('words '.repeat(500));
    repl.take();
    await repl.run('/context');
    expect(repl.take().trim()).toBe(before.trim());
  });

  it('warns if it is nearly full', async () => {
    const repl = await createTestRepl({
      answer: { text: 'words '.repeat(850) },
      repl: { model: 'tiny' },
    });
    repl.simulator.state.catalogue.push(
      createModel({
        id: 'tiny',
        limits: { max_context_window_tokens: 1000, max_prompt_tokens: 1000, max_output_tokens: 500 },
      }),
    );
    await repl.run('/tools none');
    await repl.run('hello');
    repl.take();
    await repl.run('/context');
    expect(repl.take()).toMatch(/\[█+░+\] ~8\d %.*nearly full\. \/compact/s);
  });
});

describe('/context with tools', () => {
  type Body = {
    tools: { function: { name: string; description: string; parameters: unknown } }[];
    messages: { role: string; content: string; tool_call_id: string }[];
  };

  /** The number of tokens in a row. */
  const readRow = (text: string, kind: string): number =>
    Number(new RegExp(`^${kind} +~(\\d+) +<?[\\d.]+ %$`, 'm').exec(text)?.[1]);

  async function startRun(): Promise<TestRepl> {
    const look = callTools(['view', { path: 'a.txt' }], ['glob', { pattern: '*' }]);
    const repl = await createTestRepl({
      files: { 'a.txt': 'words '.repeat(300) },
      answer: answerInTurn(look, { text: 'Seen.' }),
      repl: { model: chatModel },
    });
    await repl.run('look', '1', '1');
    repl.take();
    return repl;
  }

  it('counts what is sent: the tools and what is said of them, and each result', async () => {
    const repl = await startRun();
    await repl.run('/context');
    const text = repl.take();
    const { tools, messages } = toObject(repl.modelCalls().at(-1)?.body) as unknown as Body;
    const { count } = await loadTokenCounter(
      (await repl.app.session.loadModel(repl.context.signal)).tokenizer,
    );
    const [note] = messages;
    const definitions = tools.map(
      ({ function: { name, description, parameters } }) =>
        8 + count(name) + count(description) + count(JSON.stringify(parameters)),
    );
    const results = messages
      .filter(({ role }) => role === 'tool')
      .map(({ content, tool_call_id }) => 4 + count(content) + count(tool_call_id));
    const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
    expect(results).toHaveLength(2);
    expect(readRow(text, 'tools')).toBe(sum(definitions) + count(note?.content ?? ''));
    expect(readRow(text, 'results of tools')).toBe(sum(results));
  });

  it('counts none that are off, and the results that are there all the same', async () => {
    const repl = await startRun();
    await repl.run('/tools none');
    repl.take();
    await repl.run('/context');
    const text = repl.take();
    expect(text).not.toMatch(/^tools /m);
    expect(readRow(text, 'results of tools')).toBeGreaterThan(300);
  });

  it('counts them before the first prompt, which starts no server', async () => {
    const servers = { mcpServers: { gone: { command: 'touch', args: ['started'] } } };
    const repl = await createTestRepl({
      files: { '.mcp.json': JSON.stringify(servers) },
      repl: { model: chatModel },
    });
    await repl.run('/tools read,mcp');
    repl.take();
    await repl.run('/context');
    expect(readRow(repl.take(), 'tools')).toBeGreaterThan(300);
    expect(repl.questions).toEqual([]);
  });
});

describe('/instructions', () => {
  const files = { 'AGENTS.md': 'Use tabs.' };

  it('lists the files with their tokens', async () => {
    const repl = await createTestRepl({ files });
    await repl.run('/instructions');
    expect(repl.take()).toMatch(/^AGENTS\.md +~\d+ tokens\n.*The model gets them/ms);
  });

  it('says if there are none, and what to type', async () => {
    const repl = await createTestRepl();
    await repl.run('/instructions');
    expect(repl.take()).toContain('There are no instruction files here');
    await repl.run('/instructions maybe');
    expect(repl.take()).toContain('Type /instructions, or with on, off or reload.');
  });

  it('leaves the files out of the next prompt, and adds them again', async () => {
    const repl = await createTestRepl({ files, repl: { system: 'Be brief.' } });
    await repl.run('One');
    expect(readSystem(repl)).toMatch(/Use tabs.*Be brief/);
    await repl.run('/instructions off');
    await repl.run('Two');
    expect(readSystem(repl)).not.toContain('Use tabs');
    expect(readSystem(repl)).toContain('Be brief.');
    await repl.run('/instructions on');
    await repl.run('Three');
    expect(readSystem(repl)).toMatch(/Use tabs.*Be brief/);
  });

  it('leaves the files out if there is no other system prompt', async () => {
    const repl = await createTestRepl({ files });
    await repl.run('One');
    await repl.run('/instructions off');
    await repl.run('Two');
    expect(readSystem(repl)).not.toContain('Use tabs');
    expect(repl.take()).not.toContain('refused');
  });

  it('reads the files again', async () => {
    const repl = await createTestRepl({ files });
    await repl.run('One');
    await repl.run('/instructions reload');
    writeFileSync(join(repl.cwd, 'AGENTS.md'), 'Use spaces.');
    await repl.run('Two');
    expect(toText(readSystem(repl))).toMatch(/Use spaces/);
    expect(readSystem(repl)).not.toContain('Use tabs');
  });
});
